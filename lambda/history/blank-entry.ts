import { algoVersion } from '../firewall/index.ts';
import type { HistoryEntry } from './entry.ts';

type RequiredFields = Pick<HistoryEntry, 'resource' | 'at' | 'version' | 'kind' | 'commitId'>;

/**
 * An entry with the given fields. Every other field is empty, except `severity` (`info`), `changedBefore` (the value of `at`) and
 * `algoVersion`.
 */
export function blankEntry(fields: RequiredFields & Partial<HistoryEntry>): HistoryEntry {
  return {
    instance: null,
    rules: null,
    previousRulesAt: null,
    verdict: null,
    opened: [],
    closed: [],
    dormant: [],
    notes: [],
    severity: 'info',
    reason: '',
    changedAfter: null,
    changedBefore: fields.at,
    expected: null,
    failure: null,
    replaces: null,
    summary: null,
    rulesHash: null,
    exposureHash: null,
    algoVersion,
    ...fields,
  };
}
