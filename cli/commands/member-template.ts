import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addContextOption } from '../options/context-option.ts';
import { parseAccount } from '../options/deployment-options.ts';

const help = `
Writes two CloudFormation templates into a folder, and prints the commands of the AWS CLI that deploy them:
  portwatch-member-role.json    once for each watched account: a role that the monitor assumes, which may read
                                Lightsail's firewalls and CloudTrail's history, and nothing else
  portwatch-member-events.json  for each region: a rule that forwards API calls to the monitor

The settings are those of portwatch.json in this folder, and of -c key=value: accounts, externalId, memberRoleName,
monitorRoleName, namePrefix, eventPath. The templates can be deployed before the monitor. With an organisation the
commands make StackSets, which include accounts that join later. StackSets leave the management account out: there,
the templates are deployed by themselves. docs/organization.md describes each step.

Writing needs no credentials and no network.

Examples:
  npm run portwatch -- member-template --monitor-account 123456789012 --region eu-west-1
  npm run portwatch -- member-template --monitor-account 123456789012 --region eu-west-1 --out /tmp/members

Exit codes:
  0  the folder was written; stdout has the commands
  2  an error: nothing was written, and an earlier folder is unchanged`;

export function addMemberTemplateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('member-template')
    .description('templates for the watched accounts: a role that the monitor assumes, and a rule that forwards events')
    .addOption(
      new Option('--monitor-account <id>', 'account of the monitor: 12 digits; required').argParser(parseAccount),
    )
    .option('--region <name>', 'region of the monitor (default: that of AWS_REGION)')
    .option(
      '--out <folder>',
      'path of the folder, relative to yours; a folder of an earlier run is replaced',
      'portwatch-members',
    );
  addContextOption(command)
    .addHelpText('after', help)
    .action(async (options) => {
      const { runMemberTemplate } = await import('./member-template/run-member-template.ts');
      await runMemberTemplate(options, context);
    });
}
