import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addInstanceOptions, tablePermissions, timesHelp } from '../options/deployment-options.ts';

const help = `
Shows the ports that are open at the second time and not at the first, and the reverse. A change that was undone between the two times
is not in the answer; npm run portwatch -- history shows it. An instance that is gone, or that a scan did not find yet, has nothing open.
The answer is marked NOT SURE if one of the times lies in the window of a change or in a gap. It is UNKNOWN if the instance was not
watched at one of the times, or if its firewall was never read.

${tablePermissions}

${timesHelp}

Examples:
  npm run portwatch -- diff web-1 2026-11-01 2026-11-20
  npm run portwatch -- diff web-1 "yesterday 14:00" now
  npm run --silent portwatch -- diff web-1 7d now --json | jq .opened

Exit codes:
  0  the answer is complete, with or without a difference
  2  the answer is unknown, or an error: an unknown instance, times in the wrong order`;

export function addDiffCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .description('what opened and what closed on an instance between two times')
    .argument('<instance>', 'exact name of the instance')
    .argument('<from>', 'the earlier time')
    .argument('<to>', 'the later time');
  addInstanceOptions(command)
    .addHelpText('after', help)
    .action(async (instance, from, to, options) => {
      const { runDiff } = await import('./diff/run-diff.ts');
      await runDiff(instance, [from, to], options, context);
    });
}
