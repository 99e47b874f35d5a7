/**
 * Parses an EventBridge event that contains a CloudTrail record, from the region of the function or forwarded from another region. Events
 * whose source is not `aws.lightsail` are ignored: only AWS can send events with a source that starts with `aws.`.
 */
import type { ApiCall } from './api-call.ts';
import { type Ignored, ignore } from './ignored-record.ts';
import { parseCall } from './parse-call-record.ts';
import { readRecord, readText } from './record-fields.ts';

/** `now`: milliseconds since 1970. Never throws. */
export function parseEvent(event: unknown, expected: { account: string; now: number }): ApiCall | Ignored {
  const fields = readRecord(event);
  if (fields === null) return ignore('unreadable', `expected an object, got ${typeof event}`);
  const source = readText(fields['source']);
  if (source !== 'aws.lightsail') return ignore('other-source', `source ${String(source)}`);
  const detailType = readText(fields['detail-type']);
  if (detailType !== 'AWS API Call via CloudTrail') return ignore('unknown-event', `detail-type ${String(detailType)}`);
  const account = readText(fields['account']);
  if (account !== expected.account) return ignore('other-account', `account ${String(account)}`);
  const region = readText(fields['region'], 40);
  const detail = readRecord(fields['detail']);
  if (detail === null || region === null) return ignore('unreadable', 'no detail, or no region');
  const recordRegion = readText(detail['awsRegion'], 40);
  if (recordRegion !== null && recordRegion !== region) {
    return ignore('unreadable', `the event is of region ${region}, its record of ${recordRegion}`);
  }
  const record = { ...detail, eventTime: detail['eventTime'] ?? fields['time'] };
  return parseCall(record, { ...expected, region });
}
