import { type Command, Option } from 'commander';
import { severities } from '../../lambda/firewall/rating/severity.ts';
import type { CommandContext } from '../command-context.ts';
import { addTableOptions, exitCodeOption, tablePermissions } from '../options/deployment-options.ts';

const help = `
The current state as the deployed monitor knows it. If the account ever had an approval, the unapproved exposure comes first: worst
first, with its age. Then comes every instance: gaps first, then the worst severity first. For each account, the command sends three to
six Queries to the table, and one more for each instance with unapproved exposure. It does not call Lightsail; npm run portwatch -- scan
does. Severities are rated with the settings of the deployment. The last lines show who gets the alerts and the health alarms. They need
sns:ListSubscriptionsByTopic; without it the rest is still complete. A glob has * for any text and ? for any one character.

${tablePermissions}

Examples:
  npm run portwatch -- status
  npm run portwatch -- status --severity high --region 'eu-*'
  npm run portwatch -- status --instance 'web-*' --utc
  npm run portwatch -- status --exit-code critical            in a pipeline: 1 if anything critical is open
  npm run --silent portwatch -- status --json | jq '.instances[] | select(.gap)'

Exit codes:
  0  the answer is complete; it may contain gaps
  1  with --exit-code only: an instance that is shown has this severity or a worse one, or cannot be read
  2  an error; --instance or --region matches nothing; an approval cannot be read
  2  with --exit-code only: the last scan is too old, or a region could not be listed`;

export function addStatusCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('the fleet now, as the deployed monitor knows it: gaps first, then worst first')
    .addOption(
      new Option('--severity <severity>', 'only instances with this severity or a worse one, and gaps').choices(
        severities,
      ),
    )
    .option('--region <glob>', 'only instances in these regions')
    .option('--instance <glob>', 'only instances of these names')
    .addOption(exitCodeOption('an instance has this severity or a worse one, or cannot be read'));
  addTableOptions(command)
    .addHelpText('after', help)
    .action(async (options) => {
      const { runStatus } = await import('./status/run-status.ts');
      await runStatus(options, context);
    });
}
