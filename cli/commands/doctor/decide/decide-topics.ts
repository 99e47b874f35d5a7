import type { Subscription } from '../../../../lambda/adapters/list-subscriptions.ts';
import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import { failureRow, okRow, type Row, unknownRow, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace, portwatchCommand, revertDrift } from '../suggested-commands.ts';

interface TopicCheck {
  arn: string;
  /** The subscriptions of the topic; `null`: the topic does not exist. */
  subscriptions: readonly Subscription[] | null;
  /** The logical IDs of the subscriptions that the stack created and that no longer exist. */
  gone: readonly string[];
  /**
   * The number of confirmed listeners. A function that publishes to the topic of a channel is not a listener: the confirmed subscribers of
   * that topic are counted in place of the function.
   */
  listeners: number;
  /** False: the topic existed before the stack (`existingAlertTopic`), so no deployment creates it again. */
  isOfStack: boolean;
  /**
   * True for the topics that people must receive: alerts and health. A topic for programs needs no subscription. `unknown`: the outputs of
   * the stack, which name the topics, could not be read.
   */
  isForPeople: boolean | 'unknown';
  /** The mail addresses in the configuration of the clone. */
  emails: readonly string[];
}

/**
 * Decides a row for the topic, and a row for each subscription that exists or is missing. If the topic does not exist, the only row is that
 * of the topic.
 */
export function decideTopic(check: TopicCheck, place: CommandPlace): Row[] {
  const { arn, subscriptions, gone, isOfStack, isForPeople, emails } = check;
  if (subscriptions === null) return [describeAbsent(arn, isOfStack, place)];
  const missing = emails.filter(
    (email) =>
      isForPeople === true && !subscriptions.some(({ endpoint, state }) => state !== 'deleted' && endpoint === email),
  );
  return [
    decideConfirmation(check, subscriptions, place),
    ...subscriptions.map((subscription) => decideSubscription(arn, subscription, place)),
    ...gone.map((logicalId) => describeGone(arn, logicalId, findEmail(logicalId, missing), place)),
    ...missing
      .filter((email) => !gone.some((logicalId) => findEmail(logicalId, [email]) !== null))
      .map((email) => describeMissing(arn, email, place)),
  ];
}

function decideConfirmation(
  { arn, listeners, isForPeople, emails }: TopicCheck,
  subscriptions: readonly Subscription[],
  place: CommandPlace,
): Row {
  const row = { check: 'topic', resource: topicName(arn) } as const;
  const confirmed = subscriptions.filter(({ state }) => state === 'confirmed').length;
  const found = `${confirmed} of ${renderCount(subscriptions.length, 'subscription')} confirmed`;
  if (isForPeople === 'unknown')
    return unknownRow(row, ['cloudformation:DescribeStacks'], {
      found: `not known: ${found}, but not whether people must get its messages: the outputs of the stack could not be read`,
      expected: 'at least one confirmed subscription of the topics of alerts and of health',
      remedy: 'allow cloudformation:DescribeStacks; docs/permissions.md has a policy for this command',
    });
  if (listeners > 0 || !isForPeople) return okRow(row, found);
  return failureRow(row, {
    found: 'nobody has confirmed a subscription: its messages reach nobody',
    expected: 'at least one confirmed subscription, of this topic or of the topic of a channel',
    remedy:
      subscriptions.length === 0
        ? 'subscribe somebody, and follow the link in the mail'
        : 'follow the link in the mail "AWS Notification - Subscription Confirmation", or subscribe again',
    command: subscribeCommand(arn, 'email', emails[0] ?? 'you@example.com', place),
  });
}

function describeAbsent(arn: string, isOfStack: boolean, place: CommandPlace): Row {
  const row = { check: 'topic', resource: topicName(arn) } as const;
  return isOfStack
    ? failureRow(row, {
        found: 'the topic does not exist: it was deleted outside the deployment',
        expected: 'the topic that the stack created',
        remedy: 'let CloudFormation restore what the template defines; then confirm the subscriptions again',
        command: revertDrift(place),
      })
    : failureRow(row, {
        found: 'the topic does not exist: its messages reach nobody',
        expected: 'the existing topic of the configuration',
        remedy:
          'create the topic again, with its key and its policy (docs/configuration.md#topics-of-your-own), and deploy with --revert-drift, which creates the subscriptions again. Or name another topic in the configuration, and deploy',
        command: awsCommand(place, 'sns', 'create-topic', '--name', topicName(arn)),
      });
}

function decideSubscription(arn: string, { protocol, endpoint, state }: Subscription, place: CommandPlace): Row {
  const row = { check: 'subscription', resource: `${topicName(arn)} ${protocol} ${endpoint}` } as const;
  if (state === 'confirmed') return okRow(row, 'confirmed');
  const again = { command: subscribeCommand(arn, protocol, endpoint, place) };
  if (state === 'pending')
    return warningRow(row, {
      found: 'not confirmed: this address gets nothing',
      expected: 'a confirmed subscription',
      remedy:
        'follow the link in the mail "AWS Notification - Subscription Confirmation"; after two days SNS deletes the subscription, so then subscribe again',
      ...again,
    });
  return failureRow(row, {
    found: 'deleted: this address gets nothing any more',
    expected: 'a confirmed subscription',
    remedy: 'subscribe the address again, and confirm the mail. Or remove the address from the configuration',
    ...again,
  });
}

/** The CDK makes the logical ID of a mail subscription from the letters and digits of the address. */
function findEmail(logicalId: string, emails: readonly string[]): string | null {
  return emails.find((email) => logicalId.includes(email.replace(/[^A-Za-z0-9]/g, ''))) ?? null;
}

function describeGone(arn: string, logicalId: string, email: string | null, place: CommandPlace): Row {
  return failureRow(
    { check: 'subscription', resource: `${topicName(arn)} ${logicalId}` },
    {
      found: `the subscription that the stack created does not exist any more${email === null ? '' : ` (${email})`}: somebody unsubscribed, or nobody confirmed it within two days`,
      expected: 'a confirmed subscription',
      remedy:
        email === null
          ? 'let CloudFormation create the subscription again, and confirm it if it is a mail address'
          : 'subscribe the address again, and confirm the mail',
      command: email === null ? revertDrift(place) : subscribeCommand(arn, 'email', email, place),
    },
  );
}

function describeMissing(arn: string, email: string, place: CommandPlace): Row {
  return failureRow(
    { check: 'subscription', resource: `${topicName(arn)} email ${email}` },
    {
      found: 'the configuration of this clone has this address, and the topic has no subscription of it',
      expected: 'a confirmed subscription',
      remedy: 'deploy the configuration if it is new; otherwise subscribe the address again, and confirm the mail',
      command: subscribeCommand(arn, 'email', email, place),
    },
  );
}

const subscribeCommand = (arn: string, protocol: string, endpoint: string, place: CommandPlace) =>
  awsCommand(
    place,
    ...['sns', 'subscribe', '--topic-arn', arn, '--protocol', protocol, '--notification-endpoint', endpoint],
  );

/** `failed` and `delivered` are the numbers of messages in the last 24 hours. */
export function decideDeliveries(arn: string, failed: number, delivered: number, place: CommandPlace): Row {
  const row = { check: 'deliveries', resource: topicName(arn) } as const;
  const found = `in 24 hours ${renderCount(failed, 'message')} could not be delivered, ${delivered} delivered`;
  if (failed === 0) return okRow(row, found);
  return (delivered === 0 ? failureRow : warningRow)(row, {
    found,
    expected: 'no failed deliveries',
    remedy:
      'send a test message, and see who does not get it: an address that bounces, or a queue or function that lost its permission',
    command: portwatchTest(place),
  });
}

/** In `test-alert`, the option for the region of the deployment is `--region`. */
const portwatchTest = (place: CommandPlace) =>
  portwatchCommand(place, 'test-alert').replace('--stack-region', '--region');

export const topicName = (arn: string): string => arn.split(':').at(-1) ?? arn;
