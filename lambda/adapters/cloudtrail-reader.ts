/**
 * CloudTrail's history of events, for the calls that can change what an instance lets through: LookupEvents, which needs no trail and
 * goes back 90 days. By EventName: our own reads of Lightsail fill the history, and a lookup takes one attribute only.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  CloudTrailClient,
  type CloudTrailClientConfig,
  type Event as FoundEvent,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import type { ApiCall, CallName } from '../attribution/api-call.ts';
import { type Ignored, ignore, isIgnored } from '../attribution/ignored-record.ts';
import { parseCall } from '../attribution/parse-call-record.ts';
import { watchedCalls } from '../firewall/watched-calls.ts';
import type { CallLookup, CallReader, FoundCalls } from '../scan/call-roles.ts';
import { ReadError } from '../scan/interfaces.ts';
import { type ClientTimeouts, clientSettings, withoutCallLog } from './client-settings.ts';
import { toLightsailReadError } from './lightsail-errors.ts';

/** LookupEvents is slow at times: 35 s at most were measured in us-east-1 (repost.aws). Two attempts end within a scan. */
export const lookupTimeouts: ClientTimeouts = {
  connectionTimeoutMs: 3_000,
  requestTimeoutMs: 40_000,
  maxAttempts: 3,
};

/** Two requests a second for each account and region (client-cloudtrail, LookupEvents). */
const requestIntervalMs = 500;
/** The most that one answer holds. */
const pageSize = 50;
/** 2,000 calls of one name in one lookup: more is a storm, of which the newest will do. */
const maxPages = 40;

/** `sleep` ends early, with an error, when the signal does. */
export interface Pace {
  clock: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const realPace: Pace = {
  clock: Date.now,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
};

export class CloudTrailReader implements CallReader {
  readonly #clients = new Map<string, CloudTrailClient>();
  /** When the next request may go out, by region. */
  readonly #nextAt = new Map<string, number>();
  readonly #config: CloudTrailClientConfig;
  readonly #pace: Pace;

  constructor(config: CloudTrailClientConfig = clientSettings(lookupTimeouts), pace: Pace = realPace) {
    this.#config = config;
    this.#pace = pace;
  }

  /** Throws ReadError; `access-denied` where the permission is missing. Never a part of what was found, but see `isComplete`. */
  async findCalls(lookup: CallLookup, signal: AbortSignal): Promise<FoundCalls> {
    const found: FoundCalls = { calls: [], ignored: {}, isComplete: true };
    // A slow answer, of which there are many, must not hold up the next request: only their beginnings keep their distance.
    const names = lookup.names ?? watchedCalls;
    for (const { events, isComplete } of await Promise.all(names.map((name) => this.#lookUp(lookup, name, signal)))) {
      if (!isComplete) found.isComplete = false;
      // Newest first, as they come: turned round, calls of the same second stand in the order in which they were made.
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
    for (const client of this.#clients.values()) client.destroy();
  }

  async #lookUp(lookup: CallLookup, name: CallName, signal: AbortSignal) {
    const events: FoundEvent[] = [];
    let NextToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.#ask(lookup, name, NextToken, signal);
      events.push(...(answer.Events ?? []));
      if (!answer.NextToken) return { events, isComplete: true };
      if (answer.NextToken === NextToken) {
        throw new ReadError('invalid-answer', `LookupEvents in ${lookup.region} gave the same page token twice`);
      }
      NextToken = answer.NextToken;
    }
    return { events, isComplete: false };
  }

  async #ask({ region, from, until }: CallLookup, name: CallName, NextToken: string | undefined, signal: AbortSignal) {
    const command = new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
      StartTime: new Date(from),
      EndTime: new Date(until),
      MaxResults: pageSize,
      NextToken,
    });
    try {
      await this.#takeTurn(region, signal);
      return await this.#client(region).send(command, { abortSignal: signal });
    } catch (error) {
      // The names of the errors are those of every service of AWS.
      throw toLightsailReadError(error);
    }
  }

  async #takeTurn(region: string, signal: AbortSignal): Promise<void> {
    const now = this.#pace.clock();
    const at = Math.max(now, this.#nextAt.get(region) ?? 0);
    this.#nextAt.set(region, at + requestIntervalMs);
    if (at > now) await this.#pace.sleep(at - now, signal);
  }

  #client(region: string): CloudTrailClient {
    let client = this.#clients.get(region);
    if (client === undefined) {
      client = withoutCallLog(new CloudTrailClient({ ...this.#config, region }));
      this.#clients.set(region, client);
    }
    return client;
  }
}

/** What the record lacks, and the answer says beside it, is taken from there. */
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: counted as unreadable.
    return undefined;
  }
}
