/** An event as EventBridge delivers it from CloudTrail, in the documented form. No real event of these calls has been seen. */
export interface CallEventOptions {
  account: string;
  region: string;
  instanceName: string;
  eventName?: string;
  eventId?: string;
  /** Ms since the epoch. */
  at?: number;
  portInfos?: unknown[];
  /** Fields that replace those of the record, and of the event. */
  detail?: Record<string, unknown>;
  event?: Record<string, unknown>;
}

let next = 0;

export function callEvent(options: CallEventOptions): Record<string, unknown> {
  const { account, region, instanceName, eventName = 'PutInstancePublicPorts', at = Date.now() } = options;
  next += 1;
  const time = new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const named = eventName.startsWith('CreateInstances') ? { instanceNames: [instanceName] } : { instanceName };
  return {
    version: '0',
    id: `event-${next}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.lightsail',
    account,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLE',
        arn: `arn:aws:iam::${account}:user/alice`,
        accountId: account,
        userName: 'alice',
      },
      eventTime: time,
      eventSource: 'lightsail.amazonaws.com',
      eventName,
      awsRegion: region,
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
      requestParameters: { ...named, ...(options.portInfos && { portInfos: options.portInfos }) },
      responseElements: { operation: { status: 'Succeeded' } },
      eventID: options.eventId ?? `00000000-0000-4000-8000-${String(next).padStart(12, '0')}`,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
      ...options.detail,
    },
    ...options.event,
  };
}
