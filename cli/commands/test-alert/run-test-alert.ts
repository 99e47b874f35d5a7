import { randomUUID } from 'node:crypto';
import { clientSettings } from '../../../lambda/adapters/client-settings.ts';
import type { Listener } from '../../../lambda/adapters/list-listeners.ts';
import { renderChatMessage } from '../../../lambda/alerts/amazon-q-notification.ts';
import { planMessages } from '../../../lambda/alerts/plan-messages.ts';
import type { SnsMessage } from '../../../lambda/alerts/sns-message.ts';
import { type Channel, parseChannels } from '../../../lambda/contract/channels.ts';
import { stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { type CallerIdentity, identify } from '../../aws/caller-identity.ts';
import { explainErrors } from '../../aws/explain-errors.ts';
import { loadStackOutputs } from '../../aws/stack-outputs.ts';
import { testTopic } from '../../aws/topic-tester.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { refuseWrongClock } from '../../refuse-wrong-clock.ts';
import { isAmazonQ } from '../../text/describe-listeners.ts';
import { printError } from '../../text/print-error.ts';
import { readNow } from '../../time/clock.ts';
import { buildTestAlert } from './build-test-alert.ts';
import { type ChannelTest, describeProblems } from './channel-test.ts';
import { decideExitCode } from './decide-exit-code.ts';
import { renderChannelTest } from './render-channel-test.ts';

interface TestAlertOptions {
  profile?: string;
  region?: string;
  stack: string;
  monitor?: string;
  alertTopic?: string;
  healthTopic?: string;
  json?: boolean;
}

/** Throws CommandError if the credentials do not work, the topics cannot be found, or their subscribers cannot be listed. */
export async function runTestAlert(options: TestAlertOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const identity = await identify(options.profile ?? null, interrupted);
  refuseWrongClock(identity.clockOffsetMs, context);
  const at = toInstant(readNow(context));
  const topics = await findTopics(options, identity, interrupted);
  const tests: ChannelTest[] = [];
  for (const [topic, topicArn] of [
    ['alerts', topics.alerts],
    ['health', topics.health],
  ] as const)
    tests.push(await testChannel({ topic, topicArn, channels: topics.channels, at }, identity, interrupted));
  if (options.json)
    terminal.out.print(renderJson({ schema: 'portwatch.test-alert/1', channels: tests.map(toDocument) }));
  else terminal.out.print(tests.map((test) => renderChannelTest(test, terminal)).join('\n\n'));
  for (const sentence of tests.flatMap(describeProblems)) printError(sentence, terminal);
  endWith(decideExitCode(tests));
}

async function findTopics(
  { alertTopic, healthTopic, region, stack, monitor }: TestAlertOptions,
  { homeRegion, credentials }: CallerIdentity,
  signal: AbortSignal,
): Promise<{ alerts: string; health: string; channels: Channel[] }> {
  if (alertTopic !== undefined && healthTopic !== undefined)
    return { alerts: alertTopic, health: healthTopic, channels: [] };
  const where = region ?? homeRegion;
  const config = { ...clientSettings(), region: where, credentials };
  const outputs = await explainErrors(
    loadStackOutputs({ stack, monitor }, config, signal),
    signal,
    'CloudFormation did not describe the stack; allow cloudformation:DescribeStacks, or give --alert-topic and --health-topic.',
  );
  const alerts = alertTopic ?? outputs?.get(stackOutputs.alertTopicArn);
  const health = healthTopic ?? outputs?.get(stackOutputs.healthTopicArn);
  const channels = parseChannels(outputs?.get(stackOutputs.channels));
  if (alerts !== undefined && health !== undefined) return { alerts, health, channels };
  const found = outputs === null ? 'there is no such stack' : 'it has no such outputs';
  throw new CommandError(
    `The topics of stack ${stack} in ${where} are not known, because ${found}. Choose the deployment with --region, --profile or --stack, or give --alert-topic and --health-topic.`,
  );
}

async function testChannel(
  {
    topic,
    topicArn,
    channels,
    at,
  }: Pick<ChannelTest, 'topic' | 'topicArn'> & { channels: readonly Channel[]; at: string },
  { credentials }: CallerIdentity,
  signal: AbortSignal,
): Promise<ChannelTest> {
  const [, , , region = '', account = ''] = topicArn.split(':');
  const coverage = { instancesListed: 0, instancesRead: 0, regionsListed: 0, regionsSkipped: [] };
  const context = { account, name: account, scannedAt: at, ...defaultRatingPolicy, coverage, tableName: '' };
  const [plan] = planMessages([[buildTestAlert({ account, region, at, topic })]], context, randomUUID());
  if (plan === undefined) throw new Error('a test alert made no message');
  const buildMessage = (subscribers: readonly Listener[]) =>
    topic === 'health' && subscribers.some(isAmazonQ) ? addChatText(plan.message) : plan.message;
  const test = await explainErrors(
    testTopic(topicArn, channels, buildMessage, { ...clientSettings(), region, credentials }, signal),
    signal,
    `SNS did not list the subscribers of ${topicArn}; allow sns:ListSubscriptionsByTopic and sns:Publish.`,
  );
  return { topic, topicArn, ...test };
}

/**
 * Amazon Q is also subscribed to the health topic, for the alarms of CloudWatch. Amazon Q drops the JSON event, so the test message also
 * contains a text in the format of Amazon Q.
 */
function addChatText(message: SnsMessage): SnsMessage {
  const texts: { default: string } = JSON.parse(message.message);
  const https = renderChatMessage(texts.default, message.subject);
  return { ...message, message: JSON.stringify({ ...texts, https }) };
}

function toDocument({ topic, topicArn, subscribers, problem }: ChannelTest) {
  return { topic, topicArn, isSent: problem === null, problem, subscribers };
}
