import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { isRegion, monitorOption, regionOption } from '../options/deployment-options.ts';

const help = `
Sends a message that is marked as a test to the alert topic and to the health topic, in the same way as real messages: mail, Slack,
queues. Lists the subscribers, and shows who has not confirmed. Only the receivers can check that the message arrived.

Needs cloudformation:DescribeStacks (not with --alert-topic and --health-topic), sns:ListSubscriptionsByTopic and sns:Publish.

Examples:
  npm run portwatch -- test-alert
  npm run portwatch -- test-alert --profile prod --region eu-west-1
  npm run --silent portwatch -- test-alert --json

Exit codes:
  0  both messages were sent, and both topics have a confirmed subscriber
  1  one of the topics has no confirmed subscriber: the message names the next step
  2  an error, or a message was refused`;

export function addTestAlertCommand(program: Command, context: CommandContext): void {
  program
    .command('test-alert')
    .description('send a test to every channel, and list its subscribers')
    .option('--profile <name>', 'profile of ~/.aws/config')
    .addOption(regionOption('region of the deployment (default: that of AWS_REGION or of the profile)'))
    .option('--stack <name>', 'name of the stack', 'Portwatch')
    .addOption(monitorOption())
    .addOption(new Option('--alert-topic <arn>', 'in place of the output of the stack').argParser(parseTopicArn))
    .addOption(new Option('--health-topic <arn>', 'in place of the output of the stack').argParser(parseTopicArn))
    .option('--json', 'one JSON document on stdout, for programs')
    .addHelpText('after', help)
    .action(async (options) => {
      const { runTestAlert } = await import('./test-alert/run-test-alert.ts');
      await runTestAlert(options, context);
    });
}

function parseTopicArn(value: string): string {
  if (!isRegion(/^arn:aws[\w-]*:sns:([\w-]+):\d{12}:[\w-]+$/.exec(value)?.[1] ?? ''))
    throw new InvalidArgumentError('Expected the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alerts.');
  return value;
}
