/**
 * The event history of CloudTrail as the CallReader. LookupEvents needs no trail, and covers 90 days. Each request names one EventName,
 * because LookupEvents accepts one attribute only, and most events of the history are the monitor's own reads.
 */
import {
  CloudTrailClient,
  type CloudTrailClientConfig,
  type Event as FoundEvent,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import type { ApiCall, CallName } from '../attribution/api-call.ts';
import { type Ignored, ignore, isIgnored } from '../attribution/ignored-record.ts';
import { parseCall } from '../attribution/parse-call-record.ts';
import { parseJson } from '../contract/parse-json.ts';
import { watchedCalls } from '../contract/watched-calls.ts';
import { ReadError } from '../history/read-errors.ts';
import type { CallLookup, CallReader, FoundCalls } from '../scan/interfaces.ts';
import { toAwsReadError } from './aws-errors.ts';
import { type ClientTimeouts, clientSettings } from './client-settings.ts';
import { type Pace, realTime } from './clock-and-sleep.ts';
import { expectList } from './expect-list.ts';
import { RegionalClients } from './regional-clients.ts';

/** LookupEvents can be slow: an answer took 35 s in us-east-1 (repost.aws). */
export const lookupTimeouts: ClientTimeouts = {
  connectionTimeoutMs: 3_000,
  requestTimeoutMs: 40_000,
  maxAttempts: 3,
};

/** CloudTrail accepts two LookupEvents requests a second for each account and region. */
const requestIntervalMs = 500;
/** The maximum of LookupEvents. */
const pageSize = 50;
/** Of more than 2,000 calls of one name, only the newest 2,000 are read. */
const maxPages = 40;

export class CloudTrailReader implements CallReader {
  readonly #clients: RegionalClients<CloudTrailClient>;
  /** Earliest start of the next request, by region. */
  readonly #nextAt = new Map<string, number>();
  readonly #pace: Pace;

  constructor(config: CloudTrailClientConfig = clientSettings(lookupTimeouts), pace: Pace = realTime) {
    this.#clients = new RegionalClients((region) => new CloudTrailClient({ ...config, region }));
    this.#pace = pace;
  }

  async findCalls(lookup: CallLookup, signal: AbortSignal): Promise<FoundCalls> {
    const found: FoundCalls = { calls: [], ignored: {}, isComplete: true };
    // The lookups of several names run at the same time, because answers are often slow. Only the starts of requests to one region have a
    // minimum distance.
    const names = lookup.names ?? watchedCalls;
    for (const { events, isComplete } of await Promise.all(names.map((name) => this.#lookUp(lookup, name, signal)))) {
      if (!isComplete) found.isComplete = false;
      // CloudTrail returns the newest call first. Reversed, calls of one name in the same second are in the order in which they were made.
      for (const event of events.reverse()) {
        const call = parseFound(event, lookup, this.#pace.clock());
        if (isIgnored(call)) found.ignored[call.ignored] = (found.ignored[call.ignored] ?? 0) + 1;
        else found.calls.push(call);
      }
    }
    found.calls.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return found;
  }

  destroy(): void {
    this.#clients.destroy();
  }

  async #lookUp(lookup: CallLookup, name: CallName, signal: AbortSignal) {
    const events: FoundEvent[] = [];
    let NextToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.#send(lookup, name, NextToken, signal);
      events.push(...expectList(answer.Events, 'Events', 'LookupEvents'));
      if (!answer.NextToken) return { events, isComplete: true };
      if (answer.NextToken === NextToken) {
        throw new ReadError('invalid-answer', `LookupEvents in ${lookup.region} gave the same page token twice`);
      }
      NextToken = answer.NextToken;
    }
    return { events, isComplete: false };
  }

  async #send({ region, from, until }: CallLookup, name: CallName, NextToken: string | undefined, signal: AbortSignal) {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
      StartTime: new Date(from),
      EndTime: new Date(until),
      MaxResults: pageSize,
      NextToken,
    });
    try {
      await this.#takeTurn(region, signal);
      return await this.#clients.of(region).send(command, { abortSignal: signal });
    } catch (error) {
      throw toAwsReadError(error);
    }
  }

  async #takeTurn(region: string, signal: AbortSignal): Promise<void> {
    const now = this.#pace.clock();
    const at = Math.max(now, this.#nextAt.get(region) ?? 0);
    this.#nextAt.set(region, at + requestIntervalMs);
    if (at > now) await this.#pace.sleep(at - now, signal);
  }
}

/** `EventId` and `EventTime` of the answer replace a missing id or time of the record. */
function parseFound(event: FoundEvent, { account, region }: CallLookup, now: number): ApiCall | Ignored {
  const record = parseJson(event.CloudTrailEvent ?? '');
  if (typeof record !== 'object' || record === null)
    return ignore('unreadable', 'CloudTrailEvent holds no JSON object');
  const fields: Record<string, unknown> = { ...record };
  const { EventId, EventTime } = event;
  fields['eventID'] ??= EventId;
  fields['eventTime'] ??= EventTime?.toJSON();
  return parseCall(fields, { account, region, now });
}
