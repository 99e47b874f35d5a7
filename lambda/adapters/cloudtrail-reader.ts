/**
 * Finds API calls in the event history of CloudTrail. LookupEvents needs no trail, and covers 90 days. Each request names one EventName,
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
import { toInstant } from '../history/instants.ts';
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
/** A span with more than 1,000 calls of one name is read in parts, oldest first: LookupEvents itself begins with the newest call. */
const maxPages = 20;
/** The instants of CloudTrail are whole seconds. */
const shortestPartMs = 1_000;

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
    const found: FoundCalls = { calls: [], ignored: {}, until: lookup.from };
    const endMs = Date.parse(lookup.until);
    let fromMs = Date.parse(lookup.from);
    let partMs = endMs - fromMs;
    do {
      const untilMs = Math.min(fromMs + partMs, endMs);
      const part = { ...lookup, from: toInstant(fromMs), until: toInstant(untilMs) };
      const events = await this.#findPart(part, signal).catch((error: unknown) => {
        // Returns the complete earlier parts. A later lookup continues after them.
        if (signal.aborted && found.until !== lookup.from) return 'out-of-time' as const;
        throw error;
      });
      if (events === 'out-of-time') break;
      if (events === 'too-many') {
        partMs = shorten(partMs, part);
        continue;
      }
      addCalls(events, part, found, this.#pace.clock());
      found.until = part.until;
      fromMs = untilMs;
      partMs *= 2;
    } while (fromMs < endMs);
    found.calls.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return found;
  }

  destroy(): void {
    this.#clients.destroy();
  }

  /** The events of all names, for each name the oldest first. `too-many`: one name has more events than `maxPages` hold. */
  async #findPart(lookup: CallLookup, signal: AbortSignal): Promise<FoundEvent[] | 'too-many'> {
    // The lookups of several names run at the same time, because answers are often slow. Only the starts of requests to one region have a
    // minimum distance.
    const names = lookup.names ?? watchedCalls;
    const ofNames = await Promise.all(names.map((name) => this.#lookUp(lookup, name, signal)));
    const complete = ofNames.filter((events) => events !== 'too-many');
    return complete.length === names.length ? complete.flat() : 'too-many';
  }

  async #lookUp(lookup: CallLookup, name: CallName, signal: AbortSignal): Promise<FoundEvent[] | 'too-many'> {
    const events: FoundEvent[] = [];
    let NextToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.#send(lookup, name, NextToken, signal);
      events.push(...expectList(answer.Events, 'Events', 'LookupEvents'));
      // CloudTrail returns the newest call first. Reversed, calls of one name in the same second are in the order in which they were made.
      if (!answer.NextToken) return events.reverse();
      if (answer.NextToken === NextToken) {
        throw new ReadError('invalid-answer', `LookupEvents in ${lookup.region} gave the same page token twice`);
      }
      NextToken = answer.NextToken;
    }
    return 'too-many';
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

/** An eighth of the part, so that few requests are wasted until a part is short enough. */
function shorten(partMs: number, { region, from }: CallLookup): number {
  if (partMs > shortestPartMs) return Math.max(partMs / 8, shortestPartMs);
  const limit = maxPages * pageSize;
  throw new ReadError(
    'invalid-answer',
    `LookupEvents in ${region} gave more than ${limit} calls of one name at ${from}`,
  );
}

function addCalls(events: readonly FoundEvent[], lookup: CallLookup, found: FoundCalls, now: number): void {
  for (const event of events) {
    const call = parseFound(event, lookup, now);
    if (isIgnored(call)) found.ignored[call.ignored] = (found.ignored[call.ignored] ?? 0) + 1;
    else found.calls.push(call);
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
