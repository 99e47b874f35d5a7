import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import {
  accountOption,
  addDeploymentOptions,
  addZoneOptions,
  tablePermissions,
  timesHelp,
} from '../options/deployment-options.ts';

const help = `
Writes one HTML file that needs no network and no server. It shows the open ports of each instance over time, their sources, who
opened them, and the gaps. The file opens from disk in any browser of 2024 or later, and prints. It contains the names, addresses
and firewalls of your instances: protect it accordingly.

${tablePermissions}

${timesHelp}

Examples:
  npm run portwatch -- report
  npm run portwatch -- report --since 7d --out week.html
  npm run --silent portwatch -- report --out - > week.html
  npm run portwatch -- report --since 2026-11-01 --until 2026-11-15 --utc

Exit codes:
  0  the file was written; stderr shows its path
  2  the file was written, and the report is not complete: an item, an entry, an approval or an account cannot be read
  2  an error: nothing was written, and an earlier file is unchanged`;

export function addReportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('report')
    .description('the exposure of the fleet over time, as one HTML file')
    .option('--out <file>', 'path of the file, relative to your folder; - is stdout', 'portwatch-report.html')
    .option('--since <time>', 'start of the span', '30d')
    .option('--until <time>', 'end of the span; a day alone is the whole day (default: now)');
  addZoneOptions(addDeploymentOptions(command).addOption(accountOption()))
    .addHelpText('after', help)
    .action(async (options) => {
      const { runReport } = await import('./report/run-report.ts');
      await runReport(options, context);
    });
}
