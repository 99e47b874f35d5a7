/** `portwatch status` names the subscribers that get the alerts, and those that get the health alarms. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { describe, expect, test } from '@jest/globals';
import { startSnsEmulator } from '../../../emulators/sns.ts';
import { stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import { closeAfterTests } from '../../support/close-after-tests.ts';
import { account, startSampleAccount, tableName } from '../deployed-account.ts';

let count = 0;

const sns = await closeAfterTests(startSnsEmulator({ account }));
const deployed = await closeAfterTests(startSampleAccount({ AWS_ENDPOINT_URL_SNS: sns.url }));
const client = await closeAfterTests(new SNSClient({}));

type Subscriptions = readonly (readonly [protocol: string, endpoint: string])[];

/** A topic with subscriptions; those by mail and https are confirmed if `isConfirmed`. */
async function createTopic(subscriptions: Subscriptions, isConfirmed = true): Promise<string> {
  count += 1;
  const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: `topic-${count}` }));
  for (const [Protocol, Endpoint] of subscriptions)
    await client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  if (isConfirmed) sns.confirmSubscriptions();
  return TopicArn;
}

const forward = (name: string) => ['lambda', `arn:aws:lambda:eu-west-1:${account}:function:${name}`] as const;
const amazonQ = ['https', 'https://global.sns-api.chatbot.amazonaws.com'] as const;
const queue = ['sqs', `arn:aws:sqs:eu-west-1:${account}:programs`] as const;

/** Deploys with the event topic and Amazon Q. Their topics have these subscribers. */
async function deploy(alertTopic: string, healthTopic: string, events: Subscriptions, chat: Subscriptions) {
  const channels = [
    { name: 'events', functionName: 'Events', topicArn: await createTopic(events) },
    { name: 'amazon-q', functionName: 'AmazonQ', topicArn: await createTopic(chat) },
  ];
  deployed.cloudFormation.setStack('Portwatch', {
    [stackOutputs.snapshotTableName]: tableName,
    [stackOutputs.alertTopicArn]: alertTopic,
    [stackOutputs.healthTopicArn]: healthTopic,
    [stackOutputs.channels]: JSON.stringify(channels),
  });
}

const hearingLines = async (...args: string[]) => {
  const { code, stdout } = await deployed.run('status', ...args);
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => / go to: |Who gets/.test(line));
};

describe('who gets the alerts', () => {
  test('of the monitor that is named', async () => {
    const people = [['email', 'you@example.com']] as const;
    deployed.cloudFormation.setStack('Own', {
      WebSnapshotTableName1A2B3C4D: tableName,
      WebAlertTopicArn1A2B3C4D: await createTopic(people),
      WebHealthTopicArn1A2B3C4D: await createTopic(people),
      ApiSnapshotTableName1A2B3C4D: 'other-table',
    });
    expect(await hearingLines('--stack', 'Own', '--monitor', 'Web')).toEqual([
      'Alerts go to: mail (1).',
      'Health alarms go to: mail (1).',
    ]);
  });

  test('P5: nothing but Slack by Amazon Q', async () => {
    await deploy(
      await createTopic([forward('Events'), forward('AmazonQ')]),
      await createTopic([amazonQ]),
      [],
      [amazonQ],
    );
    expect(await hearingLines()).toEqual([
      'Alerts go to: Slack by Amazon Q Developer (1).',
      'Health alarms go to: Slack by Amazon Q Developer (1).',
    ]);
  });

  test('P5: nobody, although functions are subscribed', async () => {
    const unconfirmed = await createTopic([['email', 'you@example.com']], false);
    const alerts = await createTopic([forward('Events'), forward('AmazonQ')], false);
    await client.send(new SubscribeCommand({ TopicArn: alerts, Protocol: 'email', Endpoint: 'you@example.com' }));
    deployed.cloudFormation.setStack('Portwatch', {
      [stackOutputs.snapshotTableName]: tableName,
      [stackOutputs.alertTopicArn]: alerts,
      [stackOutputs.healthTopicArn]: unconfirmed,
      [stackOutputs.channels]: JSON.stringify([
        { name: 'events', functionName: 'Events', topicArn: await createTopic([], false) },
        { name: 'amazon-q', functionName: 'AmazonQ', topicArn: await createTopic([], false) },
      ]),
    });
    expect(await hearingLines()).toEqual([
      'Alerts go to: nobody: no subscription is confirmed, so they wait until somebody confirms. Not confirmed: mail (1).',
      'Health alarms go to: nobody: no subscription is confirmed, so they are lost. Not confirmed: mail (1).',
    ]);
  });

  test('mail, queues and programs, counted without an address', async () => {
    const people = [
      ['email', 'you@example.com'],
      ['email', 'them@example.com'],
    ] as const;
    await deploy(await createTopic([...people, queue, forward('Events')]), await createTopic(people), [queue], []);
    expect(await hearingLines()).toEqual([
      'Alerts go to: mail (2), queue (1), queue of the event topic (1).',
      'Health alarms go to: mail (2).',
    ]);
    const { stdout } = await deployed.run('status', '--json');
    expect(stdout).not.toContain('@example.com');
    expect(JSON.parse(stdout).listeners).toEqual({
      alerts: [
        { kind: 'mail', confirmed: 2, pending: 0 },
        { kind: 'queue', confirmed: 1, pending: 0 },
        { kind: 'queue of the event topic', confirmed: 1, pending: 0 },
      ],
      health: [{ kind: 'mail', confirmed: 2, pending: 0 }],
      problem: null,
    });
  });

  test('not known, with the reason, and without an effect on the answer', async () => {
    sns.addFault({
      kind: 'error',
      operation: 'ListSubscriptionsByTopic',
      name: 'AuthorizationError',
      status: 403,
      message: 'not allowed\u001B[2J',
    });
    const [line] = await hearingLines();
    expect(line).toMatch(/^Who gets the alerts is not known: AuthorizationError\w*: not allowed\uFFFD\[2J\.$/);
    sns.clearFaults();
    expect(await hearingLines('--table', tableName)).toEqual([
      'Who gets the alerts is not known: with --table the topics are not known.',
    ]);
    deployed.cloudFormation.setStack('Portwatch', { [stackOutputs.snapshotTableName]: tableName });
    expect(await hearingLines()).toEqual([
      'Who gets the alerts is not known: stack Portwatch has no outputs with its topics.',
    ]);
  });
});
