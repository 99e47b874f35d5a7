import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import {
  addSpanOptions,
  addTableOptions,
  regionOption,
  tablePermissions,
  timesHelp,
} from '../options/deployment-options.ts';

const help = `
Prints the newest changes first, page by page: end the command with Ctrl-C, or pipe its output to head or less. Without the name of an
instance it prints the history of the whole account, with regions and deleted instances. The name is matched exactly.

${tablePermissions}

${timesHelp}

Examples:
  npm run portwatch -- history
  npm run portwatch -- history web-1
  npm run portwatch -- history --since 7d --utc
  npm run portwatch -- history web-1 --region eu-west-1 --since 2026-11-01 --until 2026-11-15
  npm run --silent portwatch -- history --since 1d --json | jq '.changes[] | select(.severity == "critical")'

Exit codes:
  0  the answer is complete
  2  the answer is not complete: an entry or an item that this version cannot read, an account that is not read
  2  an error: an unknown instance or region, an unknown table, an invalid time`;

export function addHistoryCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('history')
    .description('what changed, newest first: of one instance, or of all')
    .argument('[instance]', 'exact name of an instance');
  addTableOptions(addSpanOptions(command).addOption(regionOption('only this region')))
    .addHelpText('after', help)
    .action(async (instance, options) => {
      const { runHistory } = await import('./history/run-history.ts');
      await runHistory(instance ?? null, options, context);
    });
}
