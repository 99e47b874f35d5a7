/** Tests the protocols of the stand-ins with the AWS CLI and boto3, which are independent of this project. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Emulators, startEmulators } from '../../emulators/start.ts';
import { ensurePython } from './python.ts';

const run = promisify(execFile);
let bin = '';
let emulators: Emulators;

beforeAll(async () => {
  ({ bin } = await ensurePython(['awscli==1.46.3', 'boto3==1.44.3']));
  const instances = Array.from({ length: 12 }, (_, n) => ({ region: 'eu-west-1', name: `web-${n + 1}` }));
  emulators = await startEmulators({ lightsail: { instances } });
  emulators.ssm.setParameter({ name: '/slack/webhook', value: 'https://example.com/secret' });
}, 300_000);

afterAll(async () => {
  await emulators?.close();
});

/** Uses only the variables of the stand-ins: no profile, and no metadata service. */
function environment(): NodeJS.ProcessEnv {
  const nowhere = join(bin, 'no-such-file');
  return {
    ...emulators.environment,
    PATH: `${bin}:${process.env['PATH']}`,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  };
}

describe('boto3', () => {
  let result: Record<string, unknown> = {};

  beforeAll(async () => {
    const script = join(import.meta.dirname, 'emulators-protocol.py');
    const { stdout } = await run(join(bin, 'python'), [script], { env: environment() });
    result = JSON.parse(stdout);
  }, 60_000);

  test('its own paginator walks all pages of instances, and timestamps are read', () => {
    expect(result['page_sizes']).toEqual([5, 5, 2]);
    expect(new Set(result['names'] as string[]).size).toBe(12);
    expect(result['created_in']).toBe(new Date().getUTCFullYear());
    expect(result['regions']).toHaveLength(20);
  });

  test('put, open and close change the firewall that is read back', () => {
    expect(result['put']).toEqual(['PutInstancePublicPorts', 'Succeeded']);
    expect(result['after_put']).toEqual([
      {
        protocol: 'tcp',
        fromPort: 22,
        toPort: 22,
        state: 'open',
        cidrs: ['192.0.2.1/32'],
        ipv6Cidrs: ['2001:db8::/64'],
        cidrListAliases: [],
      },
    ]);
    expect(result['after_open']).toEqual([
      [22, ['192.0.2.1/32']],
      [443, ['0.0.0.0/0']],
    ]);
    expect(result['after_close']).toEqual([443]);
  });

  test('errors of Lightsail carry their name and HTTP 400', () => {
    expect(result['not_found']).toEqual(['NotFoundException', 400, 'The Instance does not exist: nobody']);
    expect(result['invalid']).toEqual(['InvalidInputException', 400, expect.stringContaining('10.0.0.0/33')]);
    expect(result['not_enabled']).toEqual(['UnrecognizedClientException', 400, expect.any(String)]);
  });

  test('subscriptions, counts and a message for each protocol go through SNS', () => {
    expect(result['subscribed']).toBe(true);
    expect(result['subscriptions']).toEqual([
      ['email', true],
      ['sqs', false],
    ]);
    expect(result['counts']).toEqual(['1', '1']);
    expect(result['message_id']).toBe(36);
    expect(result['bad_subject']).toEqual(['InvalidParameter', 400, 'Invalid parameter: Subject']);
    expect(result['no_topic']).toEqual(['NotFound', 404, 'Topic does not exist']);
    expect(emulators.sns.outbox()).toMatchObject([{ protocol: 'sqs', subject: 'a & b', body: 'for programs' }]);
  });

  test('items are put under a condition and found by a query in DynamoDB', () => {
    expect(result['query']).toEqual(['a', 'b']);
    expect(result['condition']).toEqual(['ConditionalCheckFailedException', 400]);
  });

  test('a parameter and the account are read', () => {
    expect(result['parameter']).toBe('https://example.com/secret');
    expect(result['no_parameter']).toEqual(['ParameterNotFound', 400, 'Parameter /none not found.']);
    expect(result['account']).toBe('123456789012');
  });
});

describe('the AWS CLI', () => {
  const aws = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run(join(bin, 'aws'), [...args, '--output', 'json'], { env: environment() });
    return stdout.trim() === '' ? null : JSON.parse(stdout);
  };
  const failing = (...args: string[]) =>
    aws(...args).then(
      () => 'no error',
      (error: { stderr: string }) => error.stderr.trim(),
    );
  const ports = '[{"protocol":"tcp","fromPort":22,"toPort":22,"cidrs":["192.0.2.0/24"],"ipv6Cidrs":["2001:db8::/64"]}]';

  beforeEach(() => {
    emulators.lightsail.setPortStates({ region: 'eu-west-1', name: 'web-2', portStates: [] });
    emulators.sns.clearOutbox();
  });

  test('lists regions and instances, page after page', async () => {
    expect(await aws('lightsail', 'get-regions', '--query', 'regions[0].name')).toBe('us-east-1');
    emulators.lightsail.clearCalls();
    expect(await aws('lightsail', 'get-instances', '--query', 'length(instances)')).toBe(12);
    expect(emulators.lightsail.calls().map((call) => call.operation)).toEqual(Array(3).fill('GetInstances'));
  }, 60_000);

  test('puts, opens, closes and reads a firewall', async () => {
    const which = ['--instance-name', 'web-2'];
    await aws('lightsail', 'put-instance-public-ports', ...which, '--port-infos', ports);
    const ping = 'protocol=ICMP,fromPort=8,toPort=-1,cidrs=0.0.0.0/0';
    await aws('lightsail', 'open-instance-public-ports', ...which, '--port-info', ping);
    expect(await aws('lightsail', 'get-instance-port-states', ...which)).toMatchObject({
      portStates: [
        { protocol: 'tcp', fromPort: 22, toPort: 22, cidrs: ['192.0.2.0/24'], ipv6Cidrs: ['2001:db8::/64'] },
        { protocol: 'icmp', fromPort: 8, toPort: -1, cidrs: ['0.0.0.0/0'] },
      ],
    });
    await aws(
      'lightsail',
      'close-instance-public-ports',
      ...which,
      '--port-info',
      'protocol=icmp,fromPort=8,toPort=-1',
    );
    const count = 'length(portStates)';
    expect(await aws('lightsail', 'get-instance-port-states', ...which, '--query', count)).toBe(1);
  }, 60_000);

  test('prints an error of Lightsail, of SNS and of DynamoDB by its name', async () => {
    expect(await failing('lightsail', 'get-instance-port-states', '--instance-name', 'nobody')).toContain(
      '(NotFoundException) when calling the GetInstancePortStates operation: The Instance does not exist: nobody',
    );
    const arn = 'arn:aws:sns:eu-west-1:123456789012:none';
    expect(await failing('sns', 'publish', '--topic-arn', arn, '--message', 'x')).toContain('(NotFound)');
    expect(await failing('dynamodb', 'scan', '--table-name', 'none')).toContain('(ResourceNotFoundException)');
  }, 60_000);

  test('looks up events in CloudTrail, page after page', async () => {
    for (const second of [10, 11, 12]) {
      const record = { eventTime: new Date(Date.now() - second * 1_000).toISOString(), eventName: 'DeleteInstance' };
      emulators.cloudtrail.addRecord({ region: 'eu-west-1', record: { eventID: `e${second}`, ...record } });
    }
    const byName = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=DeleteInstance'];
    const pages = ['--page-size', '2', '--query', 'Events[].EventId'];
    expect(await aws('cloudtrail', 'lookup-events', ...byName, ...pages)).toEqual(['e10', 'e11', 'e12']);
    expect(await failing('cloudtrail', 'lookup-events', '--start-time', '2000', '--end-time', '1000')).toContain(
      '(InvalidTimeRangeException)',
    );
  }, 60_000);

  test('publishes one message with a text for each protocol', async () => {
    const topic = (await aws('sns', 'create-topic', '--name', 'cli')) as { TopicArn: string };
    const endpoint = 'someone@example.com';
    const which = ['--topic-arn', topic.TopicArn];
    await aws('sns', 'subscribe', ...which, '--protocol', 'email', '--notification-endpoint', endpoint);
    emulators.sns.confirmSubscriptions({ endpoint });
    const message = JSON.stringify({ default: 'for programs', email: 'for people' });
    await aws('sns', 'publish', ...which, '--message', message, '--message-structure', 'json');
    expect(emulators.sns.outbox()).toMatchObject([{ protocol: 'email', endpoint, body: 'for people' }]);
  }, 60_000);

  test('asks which account it is in', async () => {
    const { stdout } = await run(
      join(bin, 'aws'),
      ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
      {
        env: environment(),
      },
    );
    expect(stdout).toBe('123456789012\n');
  }, 60_000);
});
