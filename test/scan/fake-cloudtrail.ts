/** A CallReader with the calls that a test makes. The test sets the delay of each record. */
import type { ApiCall } from '../../lambda/attribution/api-call.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { CallLookup, CallReader, FoundCalls } from '../../lambda/scan/interfaces.ts';

export class FakeCloudTrail implements CallReader {
  readonly lookups: CallLookup[] = [];
  /** By region: the error of each lookup. */
  readonly failures = new Map<string, ReadError>();
  /** Set: there are so many calls that a lookup has no time for those after this instant. */
  readUntil: string | null = null;
  readonly #records: { call: ApiCall; comesAt: number }[] = [];
  readonly #clock: () => number;
  #nextId = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Makes a call now. Its record arrives after `lateMs` milliseconds. */
  record(more: Partial<ApiCall>, lateMs = 0): ApiCall {
    this.#nextId += 1;
    const call: ApiCall = {
      eventId: `e-${this.#nextId}`,
      at: new Date(Math.floor(this.#clock() / 1000) * 1000).toISOString(),
      account: '111122223333',
      region: 'eu-west-1',
      name: 'PutInstancePublicPorts',
      instanceNames: ['web-1'],
      portInfos: null,
      ipAddressType: null,
      by: 'IAM user alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      sourceIpAddress: '198.51.100.7',
      userAgent: null,
      through: 'console',
      ...more,
    };
    this.#records.push({ call, comesAt: this.#clock() + lateMs });
    return call;
  }

  fail(region: string): void {
    this.failures.set(region, new ReadError('throttled', 'ThrottlingException: Rate exceeded'));
  }

  deny(region: string): void {
    this.failures.set(region, new ReadError('access-denied', 'AccessDeniedException: not authorized to LookupEvents'));
  }

  async findCalls(lookup: CallLookup): Promise<FoundCalls> {
    this.lookups.push(lookup);
    const { region, names, from, until } = lookup;
    const failure = this.failures.get(region);
    if (failure) throw failure;
    const last = this.readUntil !== null && this.readUntil < until ? this.readUntil : until;
    const isFound = (call: ApiCall) =>
      call.region === region && (names?.includes(call.name) ?? true) && call.at >= from && call.at <= last;
    const come = this.#records.filter(({ comesAt }) => comesAt <= this.#clock());
    return { calls: come.map(({ call }) => call).filter(isFound), ignored: {}, until: last };
  }
}
