/**
 * docs/querying.md: runs every command in a shell, and compares the answer with the script of the generated month.
 * Needs Python.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isOpenTo, type Opening, type Visitor, visitors } from '../data/generated-month-openings.ts';
import { monthEnd, type ScriptedInstance } from '../data/generated-month-script.ts';
import { type FoundChange, knowableAt, listFoundChanges } from '../data/generated-month-truth.ts';
import { type QueryingStage, runDocument } from './querying-stage.ts';

/** The value that the document sets. */
const at = Date.parse('2026-11-10T15:00:00.000Z');
const port = 3306;

let stage: QueryingStage;

beforeAll(async () => {
  stage = await runDocument();
}, 600_000);

/** The output of the commands under a heading. */
const printedUnder = (heading: string): string[] =>
  stage.answers.filter((answer) => answer.heading === heading).map(({ printed }) => printed);

const linesOf = (printed = ''): string[][] =>
  printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** The rows of an `--output table`, including the header row. */
const rowsOf = (printed = ''): string[][] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('|') && line.split('|').length > 3)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const instances = (): ScriptedInstance[] => stage.month.world.script.instances;

const knowable = (instance: ScriptedInstance, instant: number) => knowableAt(stage.month.world, instance, instant);

const isSeen = ({ status }: { status: string }) => status === 'known' || status === 'unknown';

/** Every change of every instance as `<instant>#<region>#<name>`. */
function listChanges(): { key: string; name: string; region: string; change: FoundChange }[] {
  return instances().flatMap((instance) =>
    listFoundChanges(stage.month.world, instance).map((change) => {
      const { region, name } = instance;
      return { key: `${new Date(change.at).toISOString()}#${region}#${name}`, name, region, change };
    }),
  );
}

const names = Object.keys(visitors) as Visitor[];

const letsNewIn = (before: readonly Opening[], after: readonly Opening[]) =>
  names.some((name) => !isOpenTo(before, 'tcp', port, name) && isOpenTo(after, 'tcp', port, name));

test('every command prints what the document shows', () => {
  const shown = stage.answers.filter((answer) => answer.shown !== null);
  expect(shown.length).toBeGreaterThan(6);
  expect(shown.map(({ printed }) => printed)).toEqual(shown.map((answer) => answer.shown));
});

test('the fleet now: every existing instance, and its ports that are open to the world', () => {
  const [head = [], ...rows] = rowsOf(printedUnder('The fleet now')[0]);
  expect(head).toEqual(['instance', 'now', 'region', 'since', 'unread', 'world']);
  const answered = rows.map(([name, now, region, , , world = '']) => ({
    ...{ name, now, region },
    // A rule that is written twice is listed twice.
    world: [...new Set(world.split(', '))].sort(),
  }));
  const end = Date.parse(monthEnd);
  const expected = instances()
    .map((instance) => ({ instance, ...knowable(instance, end) }))
    .filter(isSeen)
    .map(({ instance: { name, region }, status, openings }) => ({
      ...{ name, now: status, region },
      world: openings.filter(isOpenToWorld).map(describeOpening).sort(),
    }));
  expect(sorted(answered)).toEqual(sorted(expected));
});

const isOpenToWorld = ({ audience }: Opening) => audience === 'world' || audience === 'worldIpv4';
const describeOpening = ({ protocol, from }: Opening) => `${protocol} ${from}`;
const sorted = <T>(list: readonly T[]) => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test('the lease item holds the last scan', () => {
  const [, printed = 'null'] = printedUnder('The fleet now');
  const last = stage.month.world.script.scans.at(-1) ?? 0;
  expect(JSON.parse(printed)).toEqual({ startedAt: new Date(last).toISOString(), complete: true, notRead: [] });
});

test('what changed in the fleet: every change that was seen in two days, newest first', () => {
  const lines = linesOf(printedUnder('What changed in the fleet')[0]);
  const answered = lines.filter(([, kind]) => kind !== 'gap' && kind !== 'gap-over').map(([key]) => key);
  const expected = listChanges()
    .map(({ key }) => key)
    .filter((key) => key >= '2026-11-10' && key < '2026-11-12');
  expect(expected.length).toBeGreaterThan(50);
  expect(answered).toEqual(expected.sort().reverse());
});

test('the number of entries of each severity in the month', () => {
  const counted = (printedUnder('What changed in the fleet')[1] ?? '').trim().split('\n');
  const steps = [...stage.month.store.entries.values()].flatMap((history) => [...history.values()]);
  const ofMonth = steps.filter((entry) => entry.at.startsWith('2026-11'));
  const sum = counted.map((line) => Number(line.trim().split(' ')[0])).reduce((total, count) => total + count, 0);
  expect(sum).toBe(ofMonth.length);
  const critical = ofMonth.filter(({ severity }) => severity === 'critical').length;
  expect(counted.map((line) => line.trim())).toContain(`${critical} critical`);
});

describe('who could reach a port', () => {
  test('now: which instances have it open, and to which sources', () => {
    const answered = linesOf(printedUnder('Who could reach a port')[0]).map(([region, name]) => `${region} ${name}`);
    expect(answered.sort()).toEqual(openAt(Date.parse(monthEnd)).sort());
    expect(answered.length).toBeGreaterThan(5);
  });

  test('then: the instances whose last read had the port open; unreadable instances are named as such', () => {
    const lines = linesOf(printedUnder('Who could reach a port')[1]);
    const withRules = lines
      .filter(([, , , sources = '']) => sources !== '')
      .map(([region, name]) => `${region} ${name}`);
    const without = lines.filter(([, , , sources = '']) => sources === '').map(([region, name]) => `${region} ${name}`);
    expect(withRules).toEqual(expect.arrayContaining(['eu-west-1 web-17']));
    // An instance that was deleted before the end of the month has no latest state, as the document explains.
    const isThere = new Set(
      instances()
        .filter((one) => isSeen(knowable(one, Date.parse(monthEnd))))
        .map(nameOf),
    );
    const expected = openAt(at).filter((name) => isThere.has(name));
    expect(withRules.sort()).toEqual(expected.filter((name) => !without.includes(name)).sort());
    const troubled = instances().filter(({ name }) =>
      stage.month.world.script.outages.some((one) => one.name === name),
    );
    for (const name of without) expect(troubled.map(nameOf)).toContain(name);
  });

  test('every change of the month that opened the port', () => {
    const answered = linesOf(printedUnder('Who could reach a port')[2]).map(([key]) => key);
    const expected = listChanges()
      .filter(({ key, change: { kind, before, after } }) => {
        const isArrival = kind === 'arrived' || kind === 'replaced';
        return key >= '2026-11' && letsNewIn(isArrival ? [] : before, after);
      })
      .map(({ key }) => key);
    expect(answered).toEqual(expected.sort());
  });

  const nameOf = ({ region, name }: ScriptedInstance) => `${region} ${name}`;

  const openAt = (instant: number) =>
    instances()
      .filter((instance) => {
        const { openings, ...known } = knowable(instance, instant);
        return isSeen(known) && isOpenTo(openings, 'tcp', port, 'anybody');
      })
      .map(nameOf);
});

test('departed instances, those whose name was used again among them', () => {
  const [head = [], ...rows] = rowsOf(printedUnder('Deleted instances')[0]);
  const column = (row: string[], title: string) => row[head.indexOf(title)];
  const answered = rows.map((row) => `${column(row, 'gone')}#${column(row, 'region')}#${column(row, 'instance')}`);
  const expected = listChanges().filter(({ change }) => change.kind === 'gone' || change.kind === 'replaced');
  expect(answered.sort()).toEqual(expected.map(({ key }) => key).sort());
  expect(answered.length).toBeGreaterThan(2);
});

test('gaps: of the regions and of the instances, each inside of an outage that is scripted', () => {
  const lines = linesOf(printedUnder('Gaps')[0]).filter(([, kind]) => kind === 'gap');
  const { outages } = stage.month.world.script;
  const isScripted = ([key = '']: string[]) => {
    const [instant = '', region, name = ''] = key.split('#');
    const moment = Date.parse(instant);
    const ofThis = outages.filter((outage) => outage.region === region && (outage.name ?? '') === name);
    return ofThis.some(({ from, until }) => from <= moment && moment < until);
  };
  expect(lines.filter((line) => !isScripted(line))).toEqual([]);
  const regions = outages.filter(({ name, from }) => name === null && from >= Date.parse('2026-11-01T00:00:00Z'));
  const answered = lines.map(([key = '']) => key.split('#').slice(1).join('#')).filter((who) => who.endsWith('#'));
  expect(answered.sort()).toEqual(regions.map(({ region }) => `${region}#`).sort());
  expect(lines.length).toBeGreaterThan(answered.length);
});

test('in the console: PartiQL gives the same answer', () => {
  const [history = '', day = ''] = printedUnder('In the console');
  const steps = linesOf(printedUnder('The history of an instance')[0]).map((cells) => cells.slice(0, 3));
  expect(linesOf(history).slice(1)).toEqual(steps);
  const severe = linesOf(printedUnder('What changed in the fleet')[0])
    .filter(([key = '', , severity]) => key.startsWith('2026-11-10') && /critical|high/.test(severity ?? ''))
    .map(([key]) => key);
  const answered = linesOf(day).slice(1);
  expect(answered.map(([key]) => key).sort()).toEqual(severe.sort());
});
