/** `portwatch report`: the fleet's exposure over time as one HTML file. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addDeploymentOptions, addZoneOptions, tablePermissions } from '../options/deployment-options.ts';

const help = `
Writes one HTML file that needs no network and no server: what stood open on each instance, when, to whom, who opened it, and when
nobody could see. It opens from disk in any browser of 2024 or later, prints, and can be handed on as it is. It holds the names,
addresses and firewalls of your instances: treat it like them.

${tablePermissions}

Examples:
  npm run portwatch -- report
  npm run portwatch -- report --since 7d --out week.html
  npm run portwatch -- report --since 2026-11-01 --until 2026-11-15 --utc

Exit codes:
  0  the file was written
  2  an error: nothing was written, and what was there before is as it was`;

export function addReportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('report')
    .description('the exposure of the fleet over time, as one HTML file to look at and hand on')
    .option('--out <file>', 'where to write it', 'portwatch-report.html')
    .option('--since <time>', 'from when on', '30d')
    .option('--until <time>', 'until when (default: now)');
  addZoneOptions(addDeploymentOptions(command))
    .addHelpText('after', help)
    .action(async (options) => {
      const { runReport } = await import('./report/run-report.ts');
      await runReport(options, context);
    });
}
