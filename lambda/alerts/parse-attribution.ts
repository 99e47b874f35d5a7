import type { AttributedCall } from '../history/attribution.ts';
import type { AlertAttribution } from './alert.ts';

const fits = ['explained', 'not-explained', 'not-told'] as const;
const ways = ['console', 'api', 'aws-service'] as const;

/** `changedBy` of the JSON event; `null`: it is not there, or names no call. */
export function parseAttribution(value: unknown): AlertAttribution | null {
  const fields = readRecord(value);
  const list: unknown[] = Array.isArray(fields?.['calls']) ? fields['calls'] : [];
  const calls = list.flatMap((each) => parseCall(each) ?? []);
  if (fields === null || calls.length === 0) return null;
  const callsLeftOut = fields['callsLeftOut'];
  return {
    calls,
    // A fit that is not known accounts for nothing.
    fit: fits.find((known) => known === fields['fit']) ?? 'not-told',
    foundBy: fields['foundBy'] === 'event' ? 'event' : 'lookup',
    foundAt: readText(fields['foundAt']) ?? '',
    ...(typeof callsLeftOut === 'number' && callsLeftOut > 0 && { callsLeftOut }),
  };
}

function parseCall(value: unknown): AttributedCall | null {
  const fields = readRecord(value);
  const by = readText(fields?.['by']);
  if (fields === null || by === null) return null;
  return {
    eventId: readText(fields['eventId']) ?? '',
    at: readText(fields['at']) ?? '',
    name: readText(fields['name']) ?? 'a call',
    by,
    arn: readText(fields['arn']),
    sourceIpAddress: readText(fields['sourceIpAddress']),
    userAgent: readText(fields['userAgent']),
    through: ways.find((known) => known === fields['through']) ?? null,
  };
}

function readRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
