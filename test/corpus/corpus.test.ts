import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  compareFirewalls,
  defaultRatingPolicy,
  diffFirewalls,
  exposureOf,
  rateExposure,
} from '../../lambda/firewall/index.ts';
import type { Firewall } from '../../lambda/firewall/rules/port-state.ts';
import type { Verdict } from '../../lambda/firewall/sets/reach.ts';
import { type CorpusLabel, type CorpusPair, loadCorpus } from './load-corpus.ts';

const { answers, categories } = loadCorpus();
const pairs = categories.flatMap((category) => category.pairs);
const labels = ['same', 'opened', 'closed', 'both'] as const;

const verdictsOf: Record<CorpusLabel, Verdict[]> = {
  same: ['identical', 'rewritten'],
  opened: ['widened'],
  closed: ['narrowed'],
  both: ['mixed'],
};
const reversed: Record<CorpusLabel, CorpusLabel> = { same: 'same', opened: 'closed', closed: 'opened', both: 'both' };

describe('the corpus itself', () => {
  test('it has at least 200 labelled changes in at least 25 categories, none over 15', () => {
    expect(pairs.filter((pair) => pair.label !== undefined).length).toBeGreaterThanOrEqual(200);
    expect(categories.length).toBeGreaterThanOrEqual(25);
    expect(categories.filter((category) => category.pairs.length > 15)).toEqual([]);
  });

  test('every pair stands in the file of its category, under a name of its own', () => {
    const misplaced = categories.flatMap(({ name, pairs }) => pairs.filter((pair) => pair.category !== name));
    expect(misplaced).toEqual([]);
    expect(repeated(pairs.map((pair) => pair.name))).toEqual([]);
    expect(repeated(answers.map((answer) => answer.name))).toEqual([]);
  });

  test('the README lists every category with its counts', () => {
    const rows = readFileSync(new URL('README.md', import.meta.url), 'utf8').match(/^\| [a-z0-9-]+( \| \d+){5} \|$/gm);
    const counted = categories.map(({ name, pairs }) => {
      const counts = labels.map((label) => pairs.filter((pair) => pair.label === label).length);
      return `| ${[name, pairs.length, ...counts].join(' | ')} |`;
    });
    expect([...(rows ?? [])].sort()).toEqual(counted.sort());
  });
});

describe('P7: what an answer exposes, and how bad that is', () => {
  test.each(answers)('$name', ({ portStates, ipAddressType, expected }) => {
    const exposure = exposureOf({ rules: portStates, ipAddressType });
    expect(inAnyOrder(exposure.reach)).toEqual(inAnyOrder(expected.exposure));
    expect(inAnyOrder(exposure.dormant)).toEqual(inAnyOrder(expected.dormant));
    if (expected.hasNotes !== undefined) expect(exposure.notes.length > 0).toBe(expected.hasNotes);
    expect(rateExposure(exposure, defaultRatingPolicy).severity).toBe(expected.severity);
  });
});

for (const category of categories) {
  describe(`P2: ${category.name}`, () => {
    const labelled = category.pairs.filter((pair) => pair.label !== undefined);
    test.each(labelled)('$label: $name', (pair) => {
      expect(judge(pair)).toBe(pair.label);
      expect(judge({ ...pair, ...turned(pair) })).toBe(pair.label && reversed[pair.label]);
    });

    const unclear = category.pairs.filter((pair) => pair.verdictNot !== undefined);
    if (unclear.length > 0) {
      test.each(unclear)('never $verdictNot: $name', (pair) => {
        expect(compareFirewalls(...sides(pair)).verdict).not.toBe(pair.verdictNot);
      });
    }
  });
}

/** The result of the code, as a label. Both functions must agree if no rule can be dormant. */
function judge(pair: CorpusPair): CorpusLabel | string {
  const { verdict, opened, closed } = compareFirewalls(...sides(pair));
  if (pair.ipAddressType === undefined) expect(diffFirewalls(pair.before, pair.after).verdict).toBe(verdict);
  const label = opened.length > 0 ? (closed.length > 0 ? 'both' : 'opened') : closed.length > 0 ? 'closed' : 'same';
  return verdictsOf[label].includes(verdict) ? label : `${verdict}, though the difference is: ${label}`;
}

function sides(pair: CorpusPair): [Firewall, Firewall] {
  const { before, after, ipAddressType } = pair;
  return [
    { rules: before, ipAddressType: ipAddressType?.before },
    { rules: after, ipAddressType: ipAddressType?.after },
  ];
}

function turned({ before, after, ipAddressType }: CorpusPair): Partial<CorpusPair> {
  const types = ipAddressType && { before: ipAddressType.after, after: ipAddressType.before };
  return { before: after, after: before, ipAddressType: types };
}

/** Sorts reach and sources, because their order is not checked here. */
function inAnyOrder(reach: readonly { protocol: string; from: number; to: number; sources: string[] }[]): string[] {
  return reach.map((r) => `${r.protocol} ${r.from}-${r.to} ${[...r.sources].sort().join(' ')}`).sort();
}

function repeated(names: string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
