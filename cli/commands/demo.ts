/** `portwatch demo`: the whole story on this machine, told by the code that is deployed. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

const help = `
A small fleet is watched, somebody opens a port, and the alert arrives: by mail, in Slack, in the history. The scan, the alerts
and the table are those of the deployed monitor; AWS is played by stand-ins on 127.0.0.1. It needs no account and takes seconds.
It ends by writing a report of it all, an HTML file to open in a browser.

Examples:
  npm run demo
  npm run demo -- --stay                       then change a firewall yourself, from another terminal
  npm run --silent demo -- --json | jq '.messages[1].email' -r`;

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('the whole story on this machine: a fleet, a change, the alert; needs no account')
    .option('--json', 'one JSON document on stdout (scans, messages, history), for programs')
    .option('--stay', 'leave the stand-ins up and go on scanning until Ctrl-C, for the AWS CLI to look around')
    .option('--out <file>', 'where the report at the end of the story goes', 'portwatch-demo.html')
    .addHelpText('after', help)
    .action(async (options) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      await runDemo(options, context);
    });
}
