import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addTableOptions, tablePermissions, timesHelp } from '../options/deployment-options.ts';

const help = `
Covers the whole fleet, with deleted instances. Without --at and --between the question is about now, as the table knows it.
A port is 22, tcp/22, "udp 53" or 8000-9000; a service is ssh, mysql, rdp, ...; also icmp, icmp/8 and ping. tcp means all ports of
tcp, all means every port of every protocol. Certainty: OPEN; EITHER (within the window of a change); LAST KNOWN (within a gap, open
at the last read); UNKNOWN (within a gap). Sources that are no addresses (lightsail-connect, or sources that are not understood) may
contain any address: they are always shown, with any value of --from.

${tablePermissions}

${timesHelp}

Examples:
  npm run portwatch -- exposed 3306
  npm run portwatch -- exposed ssh --at "yesterday 14:00"
  npm run portwatch -- exposed rdp --between 2026-11-01 2026-11-15 --utc
  npm run portwatch -- exposed 22 --from 203.0.113.7 --between 7d now
  npm run --silent portwatch -- exposed all --from 0.0.0.0/0 --json | jq '.instances[].instanceName'

Exit codes:
  0  the answer is complete
  1  with --exit-code only: an instance could be reached in this way, or the answer is unknown
  2  the answer is not complete: the last scan is too old, a region could not be listed, an item cannot be read
  2  an error: an unknown port or service, an invalid time, an unknown table`;

export function addExposedCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('exposed')
    .description('who could reach a port or a service, on which instances, when')
    .argument('<port-or-service>', 'such as 3306, tcp/22, 8000-9000, ssh')
    .addOption(new Option('--at <time>', 'at that time (default: now)').conflicts('between'))
    .option('--between <times...>', 'the span between two times; a day alone as the second time is the whole day')
    .option('--from <address>', 'address or network of the caller: 203.0.113.7, 2001:db8::/32')
    .option('--exit-code', 'end with 1 if an instance could be reached in this way, or the answer is unknown');
  addTableOptions(command)
    .addHelpText('after', help)
    .action(async (query, options) => {
      const { runExposed } = await import('./exposed/run-exposed.ts');
      await runExposed(query, options, context);
    });
}
