import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addTableOptions, regionOption, timesHelp } from '../options/deployment-options.ts';

const help = `
Approves exposure: what may be open, on which instance, from which networks, why, and until when. Alerts, status and the report rate
only what is open and not approved. Nothing on Lightsail changes. One address or one port outside an approval is not approved.

The name is the exact name of an instance, or a pattern with * and ? for every instance that has such a name, also in the future.
--current approves what was open at the last scan, and binds the approval to the ARN of the instance. --all --current does so for every
instance: the command shows what it will approve, worst first, and waits for an answer. A rule with an unknown field cannot be
approved.

The approval is an item of the table, with the ARN of your credentials as its author. Nobody verifies the author: a person who may write
the table can write any name. With approvalsByCommand: false the deployment allows only approvals of the configuration. Approvals are
never changed or deleted; npm run portwatch -- revoke ends one. The start of a scan decides whether an approval is in force, so a clock
that is wrong by seconds moves its beginning by seconds.

Needs cloudformation:DescribeStacks (not with --table) and, on the table, dynamodb:Query and dynamodb:PutItem, the latter only for the
partition APPROVALS#<account> (docs/permissions.md has the policy).

Ports: 22, 8000-9000, udp/53, 80,443, ssh, icmp/8, all; without a protocol they are tcp. Sources: networks, addresses, anywhere,
lightsail-connect, or the exact name of another source as --json of portwatch at shows it.

${timesHelp} As --until a day alone is the whole day.

Examples:
  npm run portwatch -- approve web-1 22 --from 198.51.100.0/24 --reason "SSH from the office" --until 2027-01-31
  npm run portwatch -- approve 'web-*' 80,443 --from anywhere --reason "public web sites"
  npm run portwatch -- approve web-1 --current --reason "checked with the team"
  npm run portwatch -- approve --all --current --reason "the baseline of today" --dry-run
  npm run portwatch -- approve old-1 --protocol unknown:sctp --from unspecified --reason "the phone system"

Exit codes:
  0  approved, or --dry-run
  2  an error, or no consent: nothing was approved, or the message lists what was approved; also if other approvals cannot be read
  130  interrupted: the message says what was approved`;

export function addApproveCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('approve')
    .description('approve exposure that may be open: alerts then rate only what is not approved')
    .argument('[instance]', 'exact name of the instance, or a pattern for names')
    .argument('[ports]', 'ports, separated by commas')
    .option('--from <sources>', 'sources, separated by commas or repeated', collect)
    .option('--protocol <name>', 'tcp, udp, icmp, icmpv6, other, all or unknown:<name> (default: tcp)')
    .option('--current', 'what is open now, on this one instance (by its ARN)')
    .option('--all', 'with --current: every instance, each with what is open on it now')
    .option('--reason <text>', 'why it may be open; required, and shown in alerts')
    .option('--until <time>', 'the end of the approval; a day alone is the whole day (default: no end)')
    .addOption(regionOption('only instances of this region'))
    .option('--anyway', 'also if it approves the whole internet for all instances')
    .option('--dry-run', 'show what would be approved, and write nothing')
    .option('--yes', 'with --all: do not wait for an answer');
  addTableOptions(command)
    .addHelpText('after', help)
    .action(async (instance, ports, options) => {
      const { runApprove } = await import('./approve/run-approve.ts');
      await runApprove(instance, ports, options, context);
    });
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
