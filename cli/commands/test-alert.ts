/** `portwatch test-alert`: proves that alerts, and the monitor's own alarms, reach somebody. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';

const help = `
Sends a message that says of itself that it is a test to the alerts and to the monitor's own health, by the way that real
ones go: mail, Slack, queues. Says who is subscribed, and who has not confirmed. Whether it came, only the receiver can say.

Needs cloudformation:DescribeStacks (not with --alert-topic and --health-topic), sns:ListSubscriptionsByTopic and sns:Publish.

Examples:
  npm run portwatch -- test-alert
  npm run portwatch -- test-alert --profile prod --region eu-west-1
  npm run --silent portwatch -- test-alert --json

Exit codes:
  0  both messages were sent, and both topics have a confirmed subscriber
  1  nobody has confirmed a subscription to one of them: it says what to do
  2  an error, or a message was refused`;

export function addTestAlertCommand(program: Command, context: CommandContext): void {
  program
    .command('test-alert')
    .description('send a test to every channel, and say who gets it')
    .option('--profile <name>', 'profile of ~/.aws/config')
    .option('--region <name>', 'region of the deployment (default: that of AWS_REGION or of the profile)')
    .option('--stack <name>', 'name of the stack', 'Portwatch')
    .addOption(new Option('--alert-topic <arn>', 'in place of what the stack says').argParser(parseTopicArn))
    .addOption(new Option('--health-topic <arn>', 'in place of what the stack says').argParser(parseTopicArn))
    .option('--json', 'one JSON document on stdout, for programs')
    .addHelpText('after', help)
    .action(async (options) => {
      const { runTestAlert } = await import('./test-alert/run-test-alert.ts');
      await runTestAlert(options, context);
    });
}

function parseTopicArn(value: string): string {
  if (!/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/.test(value))
    throw new InvalidArgumentError('Expected the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alerts.');
  return value;
}
