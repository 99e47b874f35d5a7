/** `portwatch at`: what could reach an instance at an instant. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { tablePermissions } from '../options/deployment-options.ts';
import { addInstanceOptions } from '../options/instance-options.ts';

const help = `
What could reach the instance then, since when, who made it so, and which scans confirmed it before and after. Within the window of
a change it says "either": the change happened somewhere between two scans. Within a gap it says so, and what was last known.

${tablePermissions}

Times: 2026-11-20 (its first moment), "2026-11-20 14:00", 2026-11-20T14:00:00Z, "yesterday 14:00 Europe/Berlin", "2h ago", 7d.

Examples:
  npm run portwatch -- at web-1 "yesterday 14:00"
  npm run portwatch -- at web-1 2026-11-20T14:00:00Z --utc
  npm run portwatch -- at web-1 "2h ago" --region eu-west-1
  npm run --silent portwatch -- at web-1 "10:05:02 UTC, 23 November 2026" --json | jq .exposure

Exit codes:
  0  answered, "either" and gaps included
  2  an error: no such instance, a time before it was first seen, no such table`;

export function addAtCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('at')
    .description('what could reach an instance at some time, since when, and how sure that is')
    .argument('<instance>', 'its exact name')
    .argument('<time>', 'when');
  addInstanceOptions(command)
    .addHelpText('after', help)
    .action(async (instance, time, options) => {
      const { runAt } = await import('./at/run-at.ts');
      await runAt(instance, time, options, context);
    });
}
