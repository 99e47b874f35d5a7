/** What CloudTrail would record of the demo's calls: the stand-in of Lightsail keeps no trail. */
import { demoAccountId } from './demo-fleet.ts';
import type { Stage } from './stage.ts';

export interface DemoCall {
  eventName: 'OpenInstancePublicPorts' | 'PutInstancePublicPorts';
  region: string;
  requestParameters: Readonly<Record<string, unknown>>;
  /** Name of the IAM user who calls. */
  userName: string;
  sourceIPAddress: string;
  userAgent: string;
}

/** Records take CloudTrail some minutes: longer than until the next scan, and not as long as until the one after it. */
export const recordDelayMs = 7 * 60_000;

let recorded = 0;

/** At the time of the demo's clock. */
export function recordCall({ emulators, now }: Stage, call: DemoCall): void {
  const { region, userName, ...said } = call;
  recorded += 1;
  emulators.cloudtrail.addRecord({
    region,
    record: {
      ...said,
      eventVersion: '1.11',
      eventID: `00000000-0000-4000-8000-${String(recorded).padStart(12, '0')}`,
      eventTime: `${new Date(now()).toISOString().slice(0, 19)}Z`,
      eventSource: 'lightsail.amazonaws.com',
      eventType: 'AwsApiCall',
      awsRegion: region,
      recipientAccountId: demoAccountId,
      readOnly: false,
      userIdentity: {
        type: 'IAMUser',
        accountId: demoAccountId,
        userName,
        arn: `arn:aws:iam::${demoAccountId}:user/${userName}`,
      },
    },
  });
}
