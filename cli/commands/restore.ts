import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addInstanceOptions, timesHelp } from '../options/deployment-options.ts';

const help = `
Puts the firewall of an instance back with your own credentials: to what it was at a time (--to), before the change of an alert
(--before-alert), or before the last change. The command

  1. reads the firewall, and compares it with the history: if the two differ, the command stops and shows the difference
     (--anyway continues),
  2. shows what will open and close, and the calls that do it, and waits for your answer,
  3. reads once more, and stops if something changed meanwhile,
  4. changes the firewall: if ports only opened, closes these ports and nothing else; otherwise replaces all rules, and shows the reason,
  5. reads until the firewall is restored, for at most --wait seconds, or shows what is different,
  6. lists the operations that others made on the instance meanwhile.

Lightsail has no conditional write: somebody else's change between the last read and the call may be undone, and is listed. Nothing is
written to the table; the next scan records the change. Ctrl-C at any moment ends with a sentence about what was done and what was not.

With several accounts, --profile is a profile of the account of the instance, and --table-profile one that reads the table of the monitor.

Needs cloudformation:DescribeStacks (not with --table), dynamodb:Query on the table, lightsail:GetInstances,
lightsail:GetInstancePortStates, lightsail:GetOperationsForResource, and lightsail:CloseInstancePublicPorts or
lightsail:PutInstancePublicPorts (not with --dry-run).

${timesHelp}

Examples:
  npm run portwatch -- restore web-1 --dry-run
  npm run portwatch -- restore web-1 --to "yesterday 14:00"
  npm run portwatch -- restore web-1 --before-alert ef7939f26e78d23bdabb09190e45a883
  npm run portwatch -- restore web-1 --profile member --table-profile monitor --dry-run
  npm run --silent portwatch -- restore web-1 --to 2026-11-20T14:00:00Z --yes --json | jq .outcome

Exit codes:
  0  the firewall is what it was, or there was nothing to do, or --dry-run
  1  the same, but others made operations on the instance meanwhile: the command lists them
  2  an error, a firewall that differs from the history, a change meanwhile, no consent, or a firewall that is not restored
  130  interrupted`;

export function addRestoreCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('restore')
    .description('put the firewall of an instance back to what it was')
    .argument('<instance>', 'exact name of the instance')
    .addOption(new Option('--to <time>', 'what it was at this time').conflicts('beforeAlert'))
    .addOption(
      new Option('--before-alert <id>', 'what it was before the change of this alert (alertId)').argParser(
        parseAlertId,
      ),
    )
    .option('--dry-run', 'print the AWS commands on stdout, and change nothing')
    .option('--anyway', 'go on if the firewall differs from the firewall in the history')
    .option('--yes', 'do not wait for an answer')
    .addOption(
      new Option('--wait <seconds>', 'read until the change shows, for at most this time')
        .argParser(parseSeconds)
        .default(60),
    );
  addInstanceOptions(command)
    .option(
      '--table-profile <name>',
      'profile that reads the table, if the instance is in another account (default: --profile)',
    )
    .addHelpText('after', help)
    .action(async (instance, options) => {
      const { runRestore } = await import('./restore/run-restore.ts');
      await runRestore(instance, options, context);
    });
}

function parseAlertId(value: string): string {
  if (!/^[0-9a-f]{32}$/.test(value)) throw new InvalidArgumentError('Expected the alertId of an alert: 32 hex digits.');
  return value;
}

function parseSeconds(value: string): number {
  if (!/^\d{1,4}$/.test(value)) throw new InvalidArgumentError('Expected whole seconds, such as 60.');
  return Number(value);
}
