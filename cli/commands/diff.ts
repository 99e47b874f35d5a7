/** `portwatch diff`: what opened and closed on an instance between two instants. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addInstanceOptions, tablePermissions } from '../options/deployment-options.ts';

const help = `
Shows what could reach the instance at the second time and not at the first, and the reverse. It leaves out changes between the two
times that were undone (portwatch history shows them). A deleted or not yet listed instance counts as nothing open. The answer is
marked NOT SURE if one of the times lies in the window of a change or in a gap.

${tablePermissions}

Examples:
  npm run portwatch -- diff web-1 2026-11-01 2026-11-20
  npm run portwatch -- diff web-1 "yesterday 14:00" now
  npm run --silent portwatch -- diff web-1 7d now --json | jq .opened

Exit codes:
  0  the answer is complete, with or without a difference
  2  an error: an unknown instance, times in the wrong order, a time before the first scan of the instance`;

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
