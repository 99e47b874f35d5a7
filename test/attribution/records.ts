/** CloudTrail records in the expected form. No real record of these calls has been seen. */
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import type { PortState } from '../../lambda/firewall/index.ts';

export const account = '123456789012';
export const region = 'eu-west-1';

export const alice = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${account}:user/alice`,
  accountId: account,
  userName: 'alice',
};

export type Fields = Record<string, unknown>;

export function buildRecord(fields: Fields = {}): Fields {
  return {
    eventVersion: '1.11',
    userIdentity: alice,
    eventTime: '2026-11-23T10:01:03Z',
    eventSource: 'lightsail.amazonaws.com',
    eventName: 'OpenInstancePublicPorts',
    awsRegion: region,
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    requestParameters: {
      instanceName: 'web-1',
      portInfo: { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] },
    },
    responseElements: { operation: { id: 'op', resourceName: 'web-1', resourceType: 'Instance', status: 'Succeeded' } },
    requestID: 'request',
    eventID: 'e1',
    readOnly: false,
    eventType: 'AwsApiCall',
    recipientAccountId: account,
    ...fields,
  };
}

export function buildEvent(detail: unknown = buildRecord(), fields: Fields = {}): Fields {
  return {
    version: '0',
    id: 'event',
    source: 'aws.lightsail',
    'detail-type': 'AWS API Call via CloudTrail',
    account,
    region,
    time: '2026-11-23T10:01:03Z',
    resources: [],
    detail,
    ...fields,
  };
}

export function buildCall(fields: Partial<ApiCall> = {}): ApiCall {
  return {
    eventId: 'e1',
    at: '2026-11-23T10:01:03.000Z',
    account,
    region,
    name: 'OpenInstancePublicPorts',
    instanceNames: ['web-1'],
    portInfos: null,
    ipAddressType: null,
    by: 'IAM user alice',
    arn: alice.arn,
    sourceIpAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    through: 'api',
    ...fields,
  };
}

export const info = (port: number, cidrs?: string[], ipv6Cidrs?: string[]): PortState => ({
  fromPort: port,
  toPort: port,
  protocol: 'tcp',
  ...(cidrs && { cidrs }),
  ...(ipv6Cidrs && { ipv6Cidrs }),
});

const world: [string[], string[]] = [['0.0.0.0/0'], ['::/0']];
const today = (time: string) => `2026-11-23T${time}.000Z`;

export const open = (port: number, time: string, eventId = `open-${port}-${time}`, sources: string[][] = world) =>
  buildCall({ eventId, at: today(time), portInfos: [info(port, ...sources)] });

export const close = (port: number, time: string, eventId = `close-${port}-${time}`) =>
  buildCall({ eventId, at: today(time), name: 'CloseInstancePublicPorts', portInfos: [info(port)] });

export const put = (ports: number[], time: string, eventId = `put-${ports.join('-')}-${time}`) =>
  buildCall({
    eventId,
    at: today(time),
    name: 'PutInstancePublicPorts',
    portInfos: ports.map((port) => info(port, ...world)),
  });

/** The settings of the parsers: the watched account, and a clock five minutes after the call. */
export const expected = { account, now: Date.parse('2026-11-23T10:06:00Z') };

export const requestedRule = { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] };

/** The call that `buildRecord()` and `buildEvent()` contain. */
export const parsedCall = buildCall({ portInfos: [requestedRule] });
