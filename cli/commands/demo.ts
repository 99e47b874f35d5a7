import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

const help = `
Portwatch watches a small fleet, somebody opens a port, and the alert comes by mail and in Slack, with its entry in the history.
The scan, the alerts and the table are those of the deployed monitor; AWS is replaced by stand-ins on 127.0.0.1. The demo needs no
account and takes seconds. At the end it writes a report, an HTML file to open in a browser.

Examples:
  npm run demo
  npm run demo -- --stay                       then change a firewall yourself, from another terminal
  npm run --silent demo -- --json | jq '.messages[1].email' -r`;

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('a demo on this machine: a fleet, a change, the alert; needs no account')
    .option('--json', 'one JSON document on stdout (scans, messages, history), for programs')
    .option('--stay', 'keep the stand-ins and the scans running until Ctrl-C, for changes by hand')
    .option(
      '--out <file>',
      'path of the report at the end of the demo; - is stdout (default: portwatch-demo.html; with --json no report)',
    )
    .addHelpText('after', help)
    .action(async (options) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      await runDemo(options, context);
    });
}
