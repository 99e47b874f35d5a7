import { invalidPort } from '../live-firewall.ts';
import { describesCall, namesPort } from '../trail-records.ts';
import { type Experiment, ssh } from './experiment.ts';

export const recordExperiments: readonly Experiment[] = [
  {
    id: 'record-of-a-refused-call',
    documents: 'decision D29',
    question: 'Has the record of a call that failed an errorCode or an errorMessage?',
    assumed: 'error-code',
    behaviours: {
      'error-code': 'The record of a call that failed has an errorCode or an errorMessage',
      'no-error-code': 'The record of a call that failed has neither an errorCode nor an errorMessage',
    },
    changes: 'lambda/attribution/parse-call-record.ts',
    async run(live, service) {
      // This call is the last one of the live check. When CloudTrail has its record, it has all records, so the later experiments do not
      // wait.
      await live.open({ ...ssh(live), fromPort: invalidPort, toPort: invalidPort });
      const records = (await service.loadRecords(live)).filter((record) => namesPort(record, invalidPort));
      if (records.length === 0) return { found: null, evidence: null };
      const hasError = records.every(({ errorCode, errorMessage }) => Boolean(errorCode ?? errorMessage));
      return { found: hasError ? 'error-code' : 'no-error-code', evidence: records.slice(0, 2) };
    },
  },
  {
    id: 'record-of-a-request',
    documents: 'decision D28',
    question: 'Does CloudTrail record the request in requestParameters, in the form of the API?',
    assumed: 'as-sent',
    behaviours: {
      'as-sent': 'CloudTrail records the ports of a request as they were sent',
      otherwise: 'CloudTrail does not record the ports of a request as they were sent',
    },
    changes: 'lambda/attribution/parse-port-infos.ts',
    async run(live, service) {
      const records = await service.loadRecords(live);
      const accepted = live.made.filter(({ outcome }) => outcome.result === 'accepted').map(({ call }) => call);
      const isFound = records.some((record) => accepted.some((call) => describesCall(record, call)));
      return { found: isFound ? 'as-sent' : records.length > 0 ? 'otherwise' : null, evidence: records.slice(0, 3) };
    },
  },
  {
    id: 'record-of-a-successful-call',
    documents: 'decision D58',
    question: 'Is the record of a call that succeeded without the field errorCode?',
    assumed: 'no-error-code',
    behaviours: {
      'no-error-code': 'The record of a call that succeeded has no field errorCode',
      'error-code': 'The record of a call that succeeded has a field errorCode',
    },
    changes: 'lib/watched-call-pattern.ts',
    async run(live, service) {
      const records = (await service.loadRecords(live)).filter((record) => !namesPort(record, invalidPort));
      if (records.length === 0) return { found: null, evidence: null };
      const hasField = records.some((record) => 'errorCode' in record);
      return { found: hasField ? 'error-code' : 'no-error-code', evidence: records.slice(0, 2) };
    },
  },
  {
    id: 'record-of-the-caller',
    documents: 'decision D31',
    question: 'Does a record name the caller by the ARN that STS gives?',
    assumed: 'same-arn',
    behaviours: {
      'same-arn': 'A record names the caller by the ARN that STS gives',
      'other-arn': 'A record names the caller by another ARN than STS gives',
    },
    changes: 'lambda/attribution/describe-actor.ts',
    async run(live, service) {
      const [record] = await service.loadRecords(live);
      if (record === undefined) return { found: null, evidence: null };
      return { found: record.arn === service.caller ? 'same-arn' : 'other-arn', evidence: record.userIdentity };
    },
  },
];
