import type { ApiCall } from './api-call.ts';
import { type RecordFields, readFields, readText } from './record-fields.ts';

/** User agents of the AWS console. The user agent of a browser starts with Mozilla. */
const consoleAgents = /^(mozilla\/|console\.amazonaws\.com|signin\.amazonaws\.com|aws[ -]console|\[?s3console)/i;
const serviceName = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/i;

/** Decides if a call was made in the console, by a program or by an AWS service. `null`: the record does not show how the call was made. */
export function classifyCaller(record: RecordFields): ApiCall['through'] {
  const agent = readText(record['userAgent']) ?? '';
  const source = readText(record['sourceIPAddress']) ?? '';
  const identity = readFields(record, 'userIdentity');
  const invokedBy = readText(identity['invokedBy']) ?? '';
  const fromConsole = record['sessionCredentialFromConsole'];
  if (fromConsole === true || fromConsole === 'true' || consoleAgents.test(agent)) return 'console';
  if (identity['type'] === 'AWSService' || [invokedBy, source, agent].some((name) => serviceName.test(name)))
    return 'aws-service';
  return agent === '' || agent === 'AWS Internal' ? null : 'api';
}
