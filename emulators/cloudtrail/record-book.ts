/**
 * Stores the records of each account and region. Answers `LookupEvents` with the records of the last 90 days, newest first. A request can
 * have one lookup attribute at most.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../wire/reply.ts';

const added = z.strictObject({
  account: z.string().length(12).optional(),
  region: z.string().min(1).optional(),
  record: z.record(z.string(), z.unknown()),
  /** The value of `CloudTrailEvent`. Default: the JSON of the record. */
  text: z.string().optional(),
});

interface KeptRecord {
  account: string;
  region: string;
  eventAt: number;
  visibleAt: number;
  fields: Record<string, unknown>;
  eventId: string;
  text: string;
}

const query = z.object({
  LookupAttributes: z
    .array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() }))
    .max(1)
    .optional(),
  /** Seconds since 1970. */
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});

/** The service's error name for an invalid value of each field. */
const refusals: Readonly<Record<string, string>> = {
  LookupAttributes: 'InvalidLookupAttributesException',
  MaxResults: 'InvalidMaxResultsException',
  NextToken: 'InvalidNextTokenException',
};

const lookupFields: Readonly<Record<string, string>> = {
  EventId: 'eventID',
  EventName: 'eventName',
  EventSource: 'eventSource',
};

const ninetyDaysMs = 90 * 86_400_000;

export class RecordBook {
  readonly #home: string;
  readonly #now: () => number;
  #records: KeptRecord[] = [];
  #delayMs = 0;

  constructor(home: string, now: () => number) {
    this.#home = home;
    this.#now = now;
  }

  add(input: unknown): void {
    const { account, region, record, text } = added.parse(input);
    const eventAt = Date.parse(String(record['eventTime']));
    this.#records.push({
      account: account ?? this.#home,
      region: region ?? String(record['awsRegion']),
      eventAt: Number.isNaN(eventAt) ? this.#now() : eventAt,
      visibleAt: this.#now() + this.#delayMs,
      fields: record,
      eventId: typeof record['eventID'] === 'string' ? record['eventID'] : randomUUID(),
      text: text ?? JSON.stringify(record),
    });
  }

  clear(): void {
    this.#records = [];
  }

  setDelay(input: unknown): void {
    this.#delayMs = z.strictObject({ ms: z.number().nonnegative() }).parse(input).ms;
  }

  lookUp({ account, region }: { account: string; region: string }, params: Record<string, unknown>): unknown {
    const { StartTime, EndTime, MaxResults, NextToken, LookupAttributes } = parseQuery(params);
    const start = (StartTime ?? 0) * 1_000;
    const end = (EndTime ?? Number.POSITIVE_INFINITY) * 1_000;
    if (start > end) throw new Refusal({ name: 'InvalidTimeRangeException', message: 'StartTime is after EndTime.' });
    const [attribute] = LookupAttributes ?? [];
    const found = this.#records
      .filter((record) => record.account === account && record.region === region && this.#isVisible(record))
      .filter(({ eventAt }) => eventAt >= start && eventAt <= end)
      .filter((record) => attribute === undefined || matches(record, attribute))
      // Newest first. Of two records with the same time, the one that was added last comes first.
      .reverse()
      .sort((a, b) => b.eventAt - a.eventAt);
    const from = NextToken === undefined ? 0 : parseToken(NextToken, found.length);
    const next = from + MaxResults;
    return {
      Events: found.slice(from, next).map(renderEvent),
      ...(next < found.length && { NextToken: Buffer.from(String(next)).toString('base64') }),
    };
  }

  #isVisible({ visibleAt, eventAt }: KeptRecord): boolean {
    return visibleAt <= this.#now() && eventAt > this.#now() - ninetyDaysMs;
  }
}

function parseQuery(params: Record<string, unknown>): z.output<typeof query> {
  const parsed = query.safeParse(params);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0]);
  throw new Refusal({ name: refusals[field] ?? 'SerializationException', message: z.prettifyError(parsed.error) });
}

function matches(record: KeptRecord, attribute: { AttributeKey: string; AttributeValue: string }): boolean {
  const field = lookupFields[attribute.AttributeKey];
  if (field === undefined) {
    throw new Refusal({ name: 'InvalidLookupAttributesException', message: `not known: ${attribute.AttributeKey}` });
  }
  return record.fields[field] === attribute.AttributeValue;
}

function parseToken(token: string, length: number): number {
  const from = Number(Buffer.from(token, 'base64').toString());
  if (Number.isInteger(from) && from > 0 && from <= length) return from;
  throw new Refusal({ name: 'InvalidNextTokenException', message: 'The token is not one of ours.' });
}

function renderEvent({ fields, eventId, eventAt, text }: KeptRecord): unknown {
  return {
    EventId: eventId,
    EventName: fields['eventName'],
    ReadOnly: 'false',
    EventTime: eventAt / 1_000,
    EventSource: fields['eventSource'],
    Resources: [],
    CloudTrailEvent: text,
  };
}
