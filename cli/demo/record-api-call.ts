/** Adds CloudTrail records for the demo's API calls, because the stand-in of Lightsail writes none. */
import type { CloudTrailEmulator } from '../../emulators/cloudtrail.ts';
import { demoAccountId } from './demo-fleet.ts';

interface DemoApiCall {
  eventName: 'OpenInstancePublicPorts' | 'PutInstancePublicPorts';
  region: string;
  requestParameters: Readonly<Record<string, unknown>>;
  userName: string;
  sourceIPAddress: string;
  userAgent: string;
}

/** The delay of CloudTrail's records: more than one interval between scans, less than two. */
export const recordDelayMs = 7 * 60_000;

let recorded = 0;

/** `now`: the clock of the demo, in ms since the epoch. */
export function recordApiCall(cloudtrail: CloudTrailEmulator, now: () => number, call: DemoApiCall): void {
  const { region, userName, ...fields } = call;
  recorded += 1;
  cloudtrail.addRecord({
    region,
    record: {
      ...fields,
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
