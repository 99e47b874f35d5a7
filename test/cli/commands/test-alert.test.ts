import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CloudFormationEmulator, startCloudFormationEmulator } from '../../../emulators/cloudformation.ts';
import { type Emulators, startEmulators } from '../../../emulators/start.ts';
import { stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import { settingsFor } from '../../support/client-settings.ts';
import { runCli } from '../run-cli.ts';

let emulators: Emulators;
let cloudFormation: CloudFormationEmulator;
let sns: SNSClient;
const topics = { alerts: '', health: '' };

beforeEach(async () => {
  [emulators, cloudFormation] = await Promise.all([
    startEmulators({ region: 'eu-west-1' }),
    startCloudFormationEmulator(),
  ]);
  sns = new SNSClient(settingsFor(emulators.sns.url));
  topics.alerts = await createTopic('alerts');
  topics.health = await createTopic('health');
  cloudFormation.setStack('Portwatch', {
    [stackOutputs.alertTopicArn]: topics.alerts,
    [stackOutputs.healthTopicArn]: topics.health,
  });
});

afterEach(async () => {
  sns.destroy();
  await Promise.all([emulators.close(), cloudFormation.close()]);
});

const testAlert = (...args: string[]) =>
  runCli(['test-alert', ...args], {
    ...emulators.environment,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
  });

const createTopic = async (Name: string) => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? '';

const subscribe = (TopicArn: string, Protocol: string, Endpoint: string) =>
  sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));

async function subscribePeople(): Promise<void> {
  for (const topic of Object.values(topics)) await subscribe(topic, 'email', 'you@example.com');
  emulators.sns.confirmSubscriptions();
}

describe('portwatch test-alert', () => {
  test('tests the topics of the monitor that is named', async () => {
    await subscribePeople();
    cloudFormation.setStack('Own', {
      WebSnapshotTableName1A2B3C4D: 'web',
      WebAlertTopicArn1A2B3C4D: topics.alerts,
      WebHealthTopicArn1A2B3C4D: topics.health,
      ApiSnapshotTableName1A2B3C4D: 'api',
    });
    expect((await testAlert('--stack', 'Own', '--monitor', 'Web')).stdout).toContain(topics.alerts);
    expect((await testAlert('--stack', 'Own')).stderr).toContain('Stack Own has the monitors Api and Web; choose one');
  });

  test('P5: sends a message marked TEST to both topics, in the same way as an alert, and lists the subscribers', async () => {
    await subscribePeople();
    await subscribe(topics.alerts, 'email', 'them@example.com');
    const { code, stdout, stderr } = await testAlert();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `Alerts   ${topics.alerts}\n` +
        '  email     you@example.com   sent\n' +
        '  email     them@example.com   not confirmed, gets nothing\n\n' +
        `The monitor's own health   ${topics.health}\n` +
        '  email     you@example.com   sent\n',
    );
    expect(emulators.sns.outbox().map(({ subject }) => subject)).toEqual([
      '[INFO] 123456789012: TEST, nothing happened: alerts arrive like this',
      '[INFO] 123456789012: TEST, nothing happened: health messages arrive like this',
    ]);
    expect(emulators.sns.outbox()[0]?.body).toMatch(
      /^INFO {2}eu-west-1 {3}account 123456789012\n {2}TEST, nothing happened: alerts arrive like this\.\n {2}Somebody ran portwatch test-alert\. There is nothing to do\.\n\n--\nPortwatch, test of \d\d:\d\d:\d\d UTC, .*, account 123456789012\n$/,
    );
  });

  test('a queue gets the JSON event of kind test', async () => {
    await subscribe(topics.alerts, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:q');
    await subscribe(topics.health, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:q');
    expect((await testAlert()).code).toBe(0);
    const kinds = emulators.sns.outbox().map(({ body }) => JSON.parse(body).alerts[0].kind);
    expect(kinds).toEqual(['test', 'test']);
  });

  test('P5: a function that passes alerts on is no subscriber: those of its topic are', async () => {
    await subscribePeople();
    const [events, forward] = [await createTopic('events'), 'arn:aws:lambda:eu-west-1:123456789012:function:Forward'];
    await subscribe(topics.alerts, 'lambda', forward);
    const list = [{ name: 'events', functionName: 'Forward', topicArn: events }];
    const { alertTopicArn, healthTopicArn, channels } = stackOutputs;
    const outputs = { [healthTopicArn]: topics.health, [channels]: JSON.stringify(list) };
    cloudFormation.setStack('Portwatch', { [alertTopicArn]: topics.alerts, ...outputs });
    const { stdout } = await testAlert();
    expect(stdout).not.toContain('Forward');
    await subscribe(events, 'sqs', 'arn:aws:sqs:eu-west-1:123456789012:q');
    expect((await testAlert()).stdout).toContain(
      '  sqs       arn:aws:sqs:eu-west-1:123456789012:q   sent, through the event topic\n',
    );
    const onlyForwarded = await createTopic('only-forwarded');
    await subscribe(onlyForwarded, 'lambda', forward);
    const empty = [{ name: 'events', functionName: 'Forward', topicArn: await createTopic('empty') }];
    cloudFormation.setStack('Portwatch', {
      [alertTopicArn]: onlyForwarded,
      [healthTopicArn]: topics.health,
      [channels]: JSON.stringify(empty),
    });
    const { code, stderr } = await testAlert();
    expect(code).toBe(1);
    expect(stderr).toContain('messages about alerts reach nobody');
  });

  test('Amazon Q on the health topic gets the test as its notification; an endpoint on the alert topic gets the JSON event', async () => {
    await subscribe(topics.health, 'https', 'https://global.sns-api.chatbot.amazonaws.com');
    await subscribe(topics.alerts, 'https', 'https://example.com/hook');
    emulators.sns.confirmSubscriptions();
    expect((await testAlert()).code).toBe(0);
    const [alert, health] = emulators.sns.outbox().map(({ body }) => JSON.parse(body));
    expect(alert).toMatchObject({ schema: 'portwatch.digest/1', alerts: [{ kind: 'test' }] });
    expect(health).toMatchObject({ source: 'custom', content: { title: expect.stringContaining('TEST') } });
  });

  test('P5: ends with 1 and advice if no subscription is confirmed or none exists', async () => {
    await subscribe(topics.alerts, 'email', 'you@example.com');
    const { code, stdout, stderr } = await testAlert();
    expect(code).toBe(1);
    expect(stdout).toContain('  email     you@example.com   not confirmed, gets nothing\n');
    expect(stdout).toContain('  nobody is subscribed\n');
    expect(stderr).toBe(
      'portwatch: messages about alerts reach nobody, because no subscription is confirmed; follow the link in the mail ' +
        '"AWS Notification - Subscription Confirmation"; if it is older than two days, subscribe again.\n' +
        'portwatch: messages about health reach nobody, because no subscription is confirmed; subscribe somebody: ' +
        `aws sns subscribe --protocol email --notification-endpoint you@example.com --topic-arn ${topics.health}.\n`,
    );
    expect(emulators.sns.publications()).toHaveLength(2);
  });

  test('P5: ends with 2 if SNS refuses a message, after the message to the other topic is sent', async () => {
    await subscribePeople();
    emulators.sns.addFault({
      kind: 'error',
      operation: 'Publish',
      times: 1,
      name: 'AuthorizationError',
      status: 403,
      message: 'not allowed\u001B[2J',
    });
    const { code, stdout, stderr } = await testAlert();
    expect(code).toBe(2);
    expect(stdout).toContain('  email     you@example.com   not sent\n');
    expect(stdout).toContain('  email     you@example.com   sent\n');
    expect(stderr).toMatch(
      /^portwatch: SNS refused the test of alerts: these credentials may not send it; allow sns:Publish on arn:aws:sns:eu-west-1:123456789012:alerts\. It says: AuthorizationE.*not allowed\uFFFD\[2J\n$/,
    );
  });

  test('--json: one document on stdout', async () => {
    await subscribePeople();
    const { code, stdout } = await testAlert('--json');
    expect(code).toBe(0);
    const subscribers = [{ protocol: 'email', endpoint: 'you@example.com', isConfirmed: true, channel: null }];
    expect(JSON.parse(stdout)).toEqual({
      schema: 'portwatch.test-alert/1',
      channels: [
        { topic: 'alerts', topicArn: topics.alerts, isSent: true, problem: null, subscribers },
        { topic: 'health', topicArn: topics.health, isSent: true, problem: null, subscribers },
      ],
    });
  });

  test('lists all subscribers if SNS returns several pages', async () => {
    await subscribePeople();
    for (let index = 0; index < 105; index += 1)
      await subscribe(topics.alerts, 'sqs', `arn:aws:sqs:eu-west-1:123456789012:q${index}`);
    const { stdout } = await testAlert('--json');
    expect(JSON.parse(stdout).channels[0].subscribers).toHaveLength(106);
  });

  test('a stack that does not exist is an error with advice; options can name the topics instead', async () => {
    await subscribePeople();
    const { code, stderr } = await testAlert('--stack', 'Other');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'portwatch: The topics of stack Other in eu-west-1 are not known, because there is no such stack. Choose the deployment with ' +
        '--region, --profile or --stack, or give --alert-topic and --health-topic.\n',
    );
    expect(emulators.sns.publications()).toEqual([]);
    const named = await testAlert('--stack', 'Other', '--alert-topic', topics.alerts, '--health-topic', topics.health);
    expect(named.code).toBe(0);
  });

  test('a wrong topic ARN is refused before any message is sent', async () => {
    const { code, stderr } = await testAlert('--alert-topic', 'alerts');
    expect(code).toBe(2);
    expect(stderr).toContain('Expected the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alerts.');
    expect(emulators.sns.calls().filter(({ operation }) => operation === 'Publish')).toEqual([]);
  });

  test('an access error of the stack or the topic names the missing permission', async () => {
    cloudFormation.addFault({ kind: 'error', name: 'AccessDenied', status: 403, message: 'no' });
    expect((await testAlert()).stderr).toContain('allow cloudformation:DescribeStacks');
    cloudFormation.clearFaults();
    emulators.sns.addFault({
      kind: 'error',
      operation: 'ListSubscriptionsByTopic',
      name: 'AuthorizationError',
      status: 403,
    });
    const { code, stderr } = await testAlert();
    expect(code).toBe(2);
    expect(stderr).toContain('allow sns:ListSubscriptionsByTopic and sns:Publish');
  });
});
