import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addContextOption } from '../options/context-option.ts';
import { addDeploymentOptions } from '../options/deployment-options.ts';

const help = `
Checks a deployment, and prints one row for each check: OK, WARNING, FAILURE, or UNKNOWN for a check that could not be made. Each row that
is not OK says what was found, what was expected, and what to do, mostly as a command that you can paste. The command only reads.

It checks: the stack, its version and its settings against this clone; the schedule, the last scan and the last complete scan; regions and
instances that cannot be read; alerts that wait; the functions, with their errors and throttles of the last 24 hours; every subscription,
and failed deliveries; the queues; the alarms and their actions; CloudTrail's trails and the rule for events; the protection of the table.

If you deployed with options -c key=value, give the same options here: the settings are then compared with these values, too.

Needs the permissions of docs/permissions.md#checking-a-deployment-portwatch-doctor. A check without its permission is UNKNOWN, and names
the permission; the other checks go on.

Examples:
  npm run portwatch -- doctor
  npm run portwatch -- doctor --profile prod --stack-region eu-west-1
  npm run portwatch -- doctor -c config=prod.json
  npm run --silent portwatch -- doctor --json | jq '.rows[] | select(.status != "ok")'

Exit codes:
  0  every row is OK
  1  a row is a FAILURE; or a row is a WARNING, and every check could be made
  2  no FAILURE, but a check could not be made (UNKNOWN); or an error: there is no such stack`;

export function addDoctorCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('whether the deployed monitor works: what is wrong, what is expected, what to do');
  addContextOption(addDeploymentOptions(command))
    .option('--json', 'one JSON document on stdout, for programs')
    .addHelpText('after', help)
    .action(async (options) => {
      const { runDoctor } = await import('./doctor/run-doctor.ts');
      await runDoctor(options, context);
    });
}
