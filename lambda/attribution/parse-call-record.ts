/**
 * Parses a CloudTrail record of a Lightsail call. No real record of these calls has been seen, so any field can be missing or have an
 * unexpected type. A record without a known source, call name, time or instance name is ignored; `IgnoredReason` lists all reasons. A
 * missing region or event id is replaced. Any other missing value becomes `null`; for the actor, `by` becomes a phrase. `parseCall` does
 * not decide what the call did.
 */
import { hash } from 'node:crypto';
import { watchedCalls } from '../contract/watched-calls.ts';
import type { ApiCall, CallName } from './api-call.ts';
import { classifyCaller } from './classify-caller.ts';
import { describeActor } from './describe-actor.ts';
import { type Ignored, ignore } from './ignored-record.ts';
import { parsePortInfos } from './parse-port-infos.ts';
import { type RecordFields, readFields, readList, readRecord, readText } from './record-fields.ts';

interface ExpectedRecord {
  /** Records of another account are ignored. A record without an account is accepted. */
  account: string;
  /** The region in which the record was found, for a record without a region. */
  region?: string | undefined;
  /**
   * The current time, in milliseconds since 1970. A record whose time is more than `maxAheadMs` after `now` is ignored. If `now` is left
   * out, no record is ignored because of its time.
   */
  now?: number | undefined;
}

/** The clock of the service that wrote a record can be ahead of the local clock by up to this time. */
const maxAheadMs = 5 * 60_000;
const maxInstances = 100;

/**
 * `record`: the `detail` of an EventBridge event, or the value of the JSON in `CloudTrailEvent`. Never throws. A record without `eventID`
 * gets a hash of the parsed fields as id, so that copies of the record have the same id. A record without a region gets `expected.region`.
 * If `expected.region` is left out too, the record is ignored.
 */
export function parseCall(record: unknown, expected: ExpectedRecord): ApiCall | Ignored {
  const fields = readRecord(record);
  if (fields === null) return ignore('unreadable', `expected an object, got ${typeof record}`);
  const source = fields['eventSource'];
  if (source !== 'lightsail.amazonaws.com') return ignore('other-source', `eventSource ${String(readText(source))}`);
  const name = watchedCalls.find((known) => known === fields['eventName']);
  if (name === undefined) return ignore('unknown-event', `eventName ${String(readText(fields['eventName']))}`);
  const account = readText(fields['recipientAccountId']);
  if (account !== null && account !== expected.account) return ignore('other-account', `account ${account}`);
  const failure = failureOf(fields);
  if (failure !== null) return ignore('failed-call', `${name}: ${failure}`);
  const at = parseInstant(fields['eventTime']);
  if (at === null) return ignore('no-time', `eventTime ${String(readText(fields['eventTime']))}`);
  if (expected.now !== undefined && Date.parse(at) > expected.now + maxAheadMs) return ignore('from-the-future', at);
  const region = readText(fields['awsRegion']) ?? expected.region ?? '';
  if (!/^[a-z0-9-]{1,40}$/.test(region)) return ignore('unreadable', `awsRegion ${region}`);
  const instanceNames = listInstances(fields, name);
  if (instanceNames.length === 0) return ignore('no-instance', name);
  return buildCall(fields, { at, account: expected.account, region, name, instanceNames });
}

type Known = Pick<ApiCall, 'at' | 'account' | 'region' | 'name' | 'instanceNames'>;

function buildCall(fields: RecordFields, known: Known): ApiCall {
  const request = readFields(fields, 'requestParameters');
  const { by, arn } = describeActor(fields['userIdentity'], known.account);
  const call = {
    ...known,
    portInfos: parsePortInfos(known.name, request),
    ipAddressType: known.name === 'SetIpAddressType' ? readText(request['ipAddressType'], 40) : null,
    by,
    arn,
    sourceIpAddress: readText(fields['sourceIPAddress'], 120),
    userAgent: readText(fields['userAgent'], 500),
    through: classifyCaller(fields),
  };
  const eventId = readText(fields['eventID'], 100) ?? `sha256:${hash('sha256', JSON.stringify(call)).slice(0, 32)}`;
  return { eventId, ...call };
}

/**
 * The error of a call that failed; `null`: the record shows no error. Lightsail can also accept a call that fails later: then each
 * operation in the response has the status `Failed`.
 */
function failureOf(fields: RecordFields): string | null {
  for (const name of ['errorCode', 'errorMessage']) {
    const value = fields[name];
    if (value !== undefined && value !== null && value !== '') return readText(value) ?? name;
  }
  const operations = listOperations(fields);
  return operations.length > 0 && operations.every(({ status }) => status === 'Failed') ? 'operation failed' : null;
}

/**
 * Returns the names of the instances in the request, at most 100; if the request names no instance, the names in the response. Empty for a
 * SetIpAddressType call on a resource that is not an instance.
 */
function listInstances(fields: RecordFields, name: CallName): string[] {
  const request = readFields(fields, 'requestParameters');
  const type = readText(request['resourceType']);
  if (name === 'SetIpAddressType' && type !== null && type.toLowerCase() !== 'instance') return [];
  const singular = request['instanceName'] ?? (name === 'SetIpAddressType' ? request['resourceName'] : undefined);
  const asked = keepNames([...readList(request['instanceNames']), singular]);
  if (asked.length > 0) return asked;
  const answered = listOperations(fields).filter(({ resourceType }) => (resourceType ?? 'Instance') === 'Instance');
  return keepNames(answered.map(({ resourceName }) => resourceName));
}

/** The name of an instance consists of letters, digits, hyphens, underscores and full stops. Other values are dropped. */
function keepNames(values: readonly unknown[]): string[] {
  const names = values.filter((value) => typeof value === 'string' && /^\w[\w.-]{0,254}$/.test(value));
  return [...new Set(names.map(String))].slice(0, maxInstances);
}

function listOperations(fields: RecordFields): RecordFields[] {
  const answer = readFields(fields, 'responseElements');
  return [...readList(answer['operations']), answer['operation']].map(readRecord).filter((each) => each !== null);
}

/**
 * Returns ISO-8601 UTC with milliseconds; `null` for any value without a valid time and time zone. Without a time zone, the time would
 * depend on the zone of this machine.
 */
function parseInstant(value: unknown): string | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value)) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
