import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import {
  accountOption,
  addDeploymentOptions,
  addSpanOptions,
  addZoneOptions,
  tablePermissions,
  timesHelp,
} from '../options/deployment-options.ts';

const help = `
Exports every entry of the history with its rules and its attribution, every deleted instance, and every recorded scan, page by page.
The format ndjson has one record a line. Times are in UTC. docs/command-line.md describes every field.

${tablePermissions}

${timesHelp}

Examples:
  npm run --silent portwatch -- export > history.json
  npm run --silent portwatch -- export --format ndjson --since 30d | gzip > history.ndjson.gz
  npm run --silent portwatch -- export --format ndjson --instance 'web-*' | jq -c 'select(.record == "entry")'

Exit codes:
  0  the export is complete
  2  an error: the output is incomplete, or empty if --instance matches nothing`;

export function addExportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .description('the whole history as JSON, for programs')
    .addOption(
      new Option('--format <format>', 'one document, or one record a line').choices(['json', 'ndjson']).default('json'),
    );
  addSpanOptions(command).option('--instance <glob>', 'only the entries of instances of these names, and no scans');
  addZoneOptions(addDeploymentOptions(command).addOption(accountOption()))
    .addHelpText('after', help)
    .action(async (options) => {
      const { runExport } = await import('./export/run-export.ts');
      await runExport(options, context);
    });
}
