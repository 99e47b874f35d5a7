/** `portwatch exposed`: who could reach a port, on which instances, when. */
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import {
  addDeploymentOptions,
  addJsonOption,
  addZoneOptions,
  tablePermissions,
} from '../options/deployment-options.ts';

const help = `
Over the whole fleet, instances that are gone included. Without --at and --between it is asked about now, as the table knows it.
A port is 22, tcp/22, "udp 53", 8000-9000; a service ssh, mysql, rdp, ...; icmp, icmp/8 and ping; tcp or all stand for all of it.
How sure it is: OPEN; EITHER, within the window of a change; LAST KNOWN, within a gap, and open when it was last read; UNKNOWN.
Sources that are no addresses (lightsail-connect, or what is not understood) may be anybody, and are shown whatever --from says.

${tablePermissions}

Examples:
  npm run portwatch -- exposed 3306
  npm run portwatch -- exposed ssh --at "yesterday 14:00"
  npm run portwatch -- exposed rdp --between 2026-11-01 2026-11-15 --utc
  npm run portwatch -- exposed 22 --from 203.0.113.7 --between 7d now
  npm run --silent portwatch -- exposed all --from 0.0.0.0/0 --json | jq '.instances[].instanceName'

Exit codes:
  0  asked and answered
  1  with --exit-code only: some instance could be reached so, or it is not known
  2  an error: no such port or service, a time that is none, no such table`;

export function addExposedCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('exposed')
    .description('who could reach a port or a service, on which instances, when')
    .argument('<port-or-service>', 'such as 3306, tcp/22, 8000-9000, ssh')
    .addOption(new Option('--at <time>', 'at that time (default: now)').conflicts('between'))
    .option('--between <times...>', 'when, from one time to another: two times')
    .option('--from <address>', 'by this address, or from this network: 203.0.113.7, 2001:db8::/32')
    .option('--exit-code', 'end with 1 if an instance could be reached so, or it is not known');
  addJsonOption(addZoneOptions(addDeploymentOptions(command)))
    .addHelpText('after', help)
    .action(async (door, options) => {
      const { runExposed } = await import('./exposed/run-exposed.ts');
      await runExposed(door, options, context);
    });
}
