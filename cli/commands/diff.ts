/** `portwatch diff`: what opened and closed on an instance between two instants. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { tablePermissions } from '../options/deployment-options.ts';
import { addInstanceOptions } from '../options/instance-options.ts';

const help = `
What could reach the instance at the second time and not at the first, and the reverse; whatever happened in between and was undone is
not in it (portwatch history has that). Not there, or gone, counts as nothing open. Where either side is in the window of a change, or
in a gap, it says that it is not sure.

${tablePermissions}

Examples:
  npm run portwatch -- diff web-1 2026-11-01 2026-11-20
  npm run portwatch -- diff web-1 "yesterday 14:00" now
  npm run --silent portwatch -- diff web-1 7d now --json | jq .opened

Exit codes:
  0  answered, whether it differs or not
  2  an error: no such instance, times the wrong way round, a time before it was first seen`;

export function addDiffCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('diff')
    .description('what opened and what closed on an instance between two times')
    .argument('<instance>', 'its exact name')
    .argument('<from>', 'the earlier time')
    .argument('<to>', 'the later time');
  addInstanceOptions(command)
    .addHelpText('after', help)
    .action(async (instance, from, to, options) => {
      const { runDiff } = await import('./diff/run-diff.ts');
      await runDiff(instance, [from, to], options, context);
    });
}
