import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addInstanceOptions, tablePermissions, timesHelp } from '../options/deployment-options.ts';

const help = `
Shows what could reach the instance at that time, since when, who made the change, and which scans confirmed the state before and
after. Within the window of a change the answer is "either": the change happened between two scans. Within a gap the answer is
"unknown", with the last known state. If anything was approved in the account, the answer ends with what was approved then, who
approved it, and what was open and not approved.

${tablePermissions}

${timesHelp}

Examples:
  npm run portwatch -- at web-1 "yesterday 14:00"
  npm run portwatch -- at web-1 2026-11-20T14:00:00Z --utc
  npm run portwatch -- at web-1 "2h ago" --region eu-west-1
  npm run --silent portwatch -- at web-1 "10:05:02 UTC, 23 November 2026" --json | jq .exposure

Exit codes:
  0  answered, "either" and gaps included
  2  an error: no such instance, a time before it was first seen, no such table; an approval that cannot be read`;

export function addAtCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('at')
    .description('what could reach an instance at a time, since when, and how sure the answer is')
    .argument('<instance>', 'exact name of the instance')
    .argument('<time>', 'when');
  addInstanceOptions(command)
    .addHelpText('after', help)
    .action(async (instance, time, options) => {
      const { runAt } = await import('./at/run-at.ts');
      await runAt(instance, time, options, context);
    });
}
