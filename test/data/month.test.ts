/**
 * A generated month in a table. The command line answers the questions of an incident, and the answers are compared
 * with the script.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDbHistoryReader } from '../../cli/aws/history-reader.ts';
import { HistoryTable } from '../../cli/aws/history-table.ts';
import { listInstances } from '../../cli/aws/load-fleet.ts';
import { HistoryLoader } from '../../cli/aws/load-instance-history.ts';
import { toEntryDocument } from '../../cli/json/to-entry-document.ts';
import { findOpenSpans } from '../../cli/questions/certainty-of-open-ports.ts';
import type { PortQuery } from '../../cli/questions/port-query.ts';
import { type DeployedAccount, startDeployedAccount, tableName } from '../cli/deployed-account.ts';
import { depth } from '../support/depth.ts';
import { Random } from '../support/random.ts';
import { type GeneratedMonth, generateMonth } from './generated-month.ts';
import { probedPorts, visitors, visitorsLetIn } from './generated-month-openings.ts';
import { type PortQuestion, rightCertainty, visitorsLetInBy } from './generated-month-questions.ts';
import {
  incidentInstance,
  monthEnd,
  quickMonth,
  type ScriptedInstance,
  smallMonth,
  wholeMonth,
} from './generated-month-script.ts';
import { writeItems } from './generated-month-table.ts';
import { knowableAt, listFoundChanges } from './generated-month-truth.ts';

/** The whole month takes minutes. */
const plan = depth({ quick: quickMonth, full: smallMonth, deep: wholeMonth });

let month: GeneratedMonth;
let deployed: DeployedAccount;

beforeAll(async () => {
  [month, deployed] = await Promise.all([generateMonth(plan), startDeployedAccount()]);
  await writeItems(deployed.client, tableName, month.items);
});

afterAll(() => deployed?.close());

beforeEach(() => deployed.dynamodb.clearCalls());

/** The JSON output of a command. */
async function ask(...args: string[]) {
  const { code, stdout, stderr } = await deployed.run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const keyOf = ({ region, name }: { region: string; name: string }) => `${region}#${name}`;
const toInstant = (ms: number) => new Date(ms).toISOString();
const requests = () => deployed.dynamodb.calls().length;

/** Random instants of the month at which no scan is running. */
function drawInstants(count: number, seed: number): number[] {
  const random = new Random(seed);
  const { scans } = month.world.script;
  return Array.from({ length: count }, () => {
    const scan = scans[random.between(1, scans.length - 2)] ?? 0;
    return scan + 30_000 + random.between(0, plan.scanEveryMinutes * 60_000 - 100_000);
  });
}

describe('the generator', () => {
  const tinyMonth = depth({
    quick: { ...smallMonth, instances: 8, changes: 40, days: 2, scanEveryMinutes: 120 },
    full: { ...smallMonth, instances: 20, changes: 100, days: 3, scanEveryMinutes: 60 },
  });

  test('writes the same items whether scans are shown everything or only what may have changed', async () => {
    const [shown, all] = [await generateMonth(tinyMonth), await generateMonth(tinyMonth, true)];
    expect(shown.items.length).toBeGreaterThan(depth({ quick: 60, full: 200 }));
    expect(sortByKey(shown.items)).toEqual(sortByKey(all.items));
  });

  test('contains every kind of event', () => {
    const entries = [...month.store.entries.values()].flatMap((history) => [...history.values()]);
    const kinds = new Set(
      entries.map(({ kind, resource }) => `${resource.instanceName === null ? 'region ' : ''}${kind}`),
    );
    const expected = ['appeared', 'baseline', 'changed', 'gap', 'gap-over', 'gone'];
    expect([...kinds].sort()).toEqual([...expected, 'region baseline', 'region gap', 'region gap-over']);
    expect(entries.filter(({ kind }) => kind === 'changed').length).toBeGreaterThan(depth({ quick: 150, full: 1_000 }));
    expect(entries.filter(({ replaces }) => replaces !== null).length).toBeGreaterThan(0);
    expect(entries.filter(({ verdict }) => verdict === 'rewritten').length).toBeGreaterThan(0);
    expect(month.items.filter(({ packed }) => packed instanceof Uint8Array).length).toBeGreaterThan(0);
    expect(month.items.filter(({ sk }) => String(sk).endsWith('#by')).length).toBeGreaterThan(
      depth({ quick: 70, full: 500 }),
    );
  });
});

const sortByKey = (items: readonly Record<string, unknown>[]) =>
  items.toSorted((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));

test('P10: status has the visitors that each instance lets in now, by one Query, and one each for the accounts, the settings and the approvals', async () => {
  const { instances } = await ask('status');
  expect(requests()).toBe(4);
  const answered = instances.map((each: StatusAnswer) => ({
    key: keyOf({ region: each.region, name: each.instance.name }),
    isGap: each.gap !== null,
    inside: insideOf((protocol, port) => visitorsLetInBy(each.exposure, protocol, port)),
  }));
  const end = Date.parse(monthEnd);
  const expected = month.world.script.instances
    .map((instance) => ({ instance, ...knowableAt(month.world, instance, end) }))
    .filter(({ status }) => status === 'known' || status === 'unknown')
    .map(({ instance, status, openings }) => ({
      key: keyOf(instance),
      isGap: status === 'unknown',
      inside: insideOf((protocol, port) => visitorsLetIn(openings, protocol, port)),
    }));
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect(answered.sort(byKey)).toEqual(expected.sort(byKey));
});

interface StatusAnswer {
  region: string;
  instance: { name: string };
  gap: unknown;
  exposure: Parameters<typeof visitorsLetInBy>[0];
}

/** The visitors that can reach each port of the month. */
function insideOf(who: (protocol: 'tcp' | 'udp', port: number) => string[]): Record<string, string[]> {
  const ports = (['tcp', 'udp'] as const).flatMap((protocol) =>
    probedPorts[protocol].map((port) => ({ protocol, port })),
  );
  return Object.fromEntries(ports.map(({ protocol, port }) => [`${protocol} ${port}`, who(protocol, port).sort()]));
}

test('P6: at has the visitors that were let in at any instant, the certainty, and the scan that confirmed the state', async () => {
  const random = new Random(5);
  for (const at of drawInstants(depth({ quick: 3, full: 15, deep: 200 }), 4)) {
    const instance = random.pick(month.world.script.instances);
    const right = knowableAt(month.world, instance, at);
    if (right.status === 'not-seen-yet') continue;
    const answer = await ask('at', instance.name, toInstant(at));
    const where = `${keyOf(instance)} ${toInstant(at)}`;
    const others = answer.either.map((other: { exposure: StatusAnswer['exposure'] }) => other.exposure);
    const whoElse = others.map((reach: StatusAnswer['exposure']) =>
      insideOf((protocol, port) => visitorsLetInBy(reach, protocol, port)),
    );
    const inside = insideOf((protocol, port) => visitorsLetInBy(answer.exposure, protocol, port));
    expect({ where, status: answer.status, inside }).toEqual({
      where,
      status: right.status,
      inside: insideOf((protocol, port) => visitorsLetIn(right.openings, protocol, port)),
    });
    const { next } = right;
    if (next !== null) expect(whoElse).toEqual([insideOf((protocol, port) => visitorsLetIn(next, protocol, port))]);
    else for (const other of whoElse) expect(other).toEqual(inside);
    if (right.status !== 'known' || right.confirmedBefore === null) continue;
    // If that scan itself found the state, the answer names the read.
    const [begun, ended] = [right.confirmedBefore, month.world.endOf(right.confirmedBefore)].map(toInstant);
    expect({ where, isBegun: answer.confirmedBefore >= (begun ?? '') }).toEqual({ where, isBegun: true });
    expect({ where, isOver: answer.confirmedBefore > (ended ?? '') }).toEqual({ where, isOver: false });
  }
});

describe('exposed', () => {
  const database: PortQuestion = { protocol: 'tcp', port: 3306, visitor: null };

  /** By instance: the certainty at an instant. */
  const rightAnswer = (at: number, door: PortQuestion) =>
    new Map(
      month.world.script.instances
        .map((instance): [string, string | null] => [keyOf(instance), rightCertainty(month.world, instance, at, door)])
        .filter(([, certainty]) => certainty !== null)
        .sort(),
    );

  interface OpeningAnswer {
    region: string;
    instanceName: string;
    certainty: string;
    from: string;
    until: string;
  }

  /** The answer that is computed from every entry of every history. */
  async function openingsOfWhole(span: { from: string; until: string }, door: PortQuery) {
    const reader = new DynamoDbHistoryReader(
      new HistoryTable(deployed.client, tableName, new AbortController().signal),
      plan.account,
      Date.now,
    );
    const [{ states }, departed] = await Promise.all([reader.loadFleet(), reader.loadDeparted()]);
    const loader = new HistoryLoader(reader, span);
    const wholeSpan = { from: span.from, until: toInstant(Date.parse(span.until) + 1) };
    const found = [];
    for (const resource of listInstances(states, departed))
      for (const { notes: _, entries, ...open } of findOpenSpans(await loader.load(resource), wholeSpan, door)) {
        const { region, instanceName } = resource;
        found.push({ region, instanceName, ...open, entries: entries.map((entry) => toEntryDocument(entry, null)) });
      }
    return found;
  }

  const toAnswer = (openings: OpeningAnswer[]) =>
    new Map(openings.map((one): [string, string] => [`${one.region}#${one.instanceName}`, one.certainty]).sort());

  const questions: [string, PortQuestion][] = [
    ['udp/53', { protocol: 'udp', port: 53, visitor: 'strangerIpv6' }],
    ['ssh', { protocol: 'tcp', port: 22, visitor: 'stranger' }],
    ['tcp 8050', { protocol: 'tcp', port: 8050, visitor: 'office' }],
    ['5432', { protocol: 'tcp', port: 5432, visitor: 'partner' }],
    ['3306', database],
  ];

  /** The quick questions are every third one: of an IPv6 address, and of one network. The test of the reads asks about any visitor. */
  test.each(questions.filter((_, index) => index % depth({ quick: 3, full: 1 }) === 0))(
    'P6: %s, at any instant: the instances, and the certainty for each',
    async (words, door) => {
      for (const at of drawInstants(depth({ quick: 1, full: 2, deep: 20 }), door.port)) {
        const from = door.visitor === null ? [] : ['--from', visitors[door.visitor].address];
        const { openings } = await ask('exposed', words, '--at', toInstant(at), ...from);
        expect({ at: toInstant(at), answer: toAnswer(openings) }).toEqual({
          at: toInstant(at),
          answer: rightAnswer(at, door),
        });
      }
    },
  );

  test('P6, P10: --at reads one item for each instance, and little more, for a right answer', async () => {
    const [at = 0] = drawInstants(1, 77);
    const { openings } = await ask('exposed', '3306', '--at', toInstant(at));
    expect(toAnswer(openings)).toEqual(rightAnswer(at, database));
    const asked = deployed.dynamodb.calls();
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(new Set(['Query']));
    const perInstance = asked.filter(({ params }) => {
      const text = JSON.stringify(params);
      return text.includes('INSTANCE#') && /"Limit":1[,}]/.test(text);
    });
    const instances = new Set(month.world.script.instances.map(keyOf)).size;
    expect(perInstance).toHaveLength(instances);
    // Further reads: attributions, which are separate items; regions and scans; and later entries that can change the answer.
    expect(asked.length).toBeLessThanOrEqual(3 * instances);
  });

  /** The days around the fixed incident. */
  const [from, until] = ['2026-11-09T00:00:00.000Z', '2026-11-12T00:00:00.000Z'];
  let answer: Promise<{ openings: OpeningAnswer[] }> | undefined;
  /** The answer of `exposed 3306 --between`, asked once for several tests. */
  const askAboutIncident = () => {
    answer ??= ask('exposed', '3306', '--between', from, until);
    return answer;
  };

  test('P6: --between gives the same answer as --at for each instant of the span', async () => {
    const { openings } = await askAboutIncident();
    const instants = drawInstants(depth({ quick: 150, full: 300 }), 9).filter(
      (at) => toInstant(at) > from && toInstant(at) < until,
    );
    expect(instants.length).toBeGreaterThan(20);
    for (const at of instants) {
      const then = openings.filter((one) => one.from <= toInstant(at) && toInstant(at) < one.until);
      expect({ at: toInstant(at), answer: toAnswer(then) }).toEqual({
        at: toInstant(at),
        answer: rightAnswer(at, database),
      });
    }
  });

  const spans: [string, string, string][] = [
    ['3306', '2026-11-08T00:00:00.000Z', '2026-11-15T00:00:00.000Z'],
    ['udp 53', '2026-10-28T12:00:00.000Z', '2026-11-02T12:00:00.000Z'],
    [
      'tcp/25',
      depth({ quick: '2026-11-10T00:00:00.000Z', full: '2026-10-25T00:00:00.000Z' }),
      '2026-11-15T00:00:00.000Z',
    ],
  ];

  test.each(spans.slice(depth({ quick: 1, full: 0 })))(
    'P6: %s --between gives the same spans as the whole histories',
    async (words, from, until) => {
      const { door, openings } = await ask('exposed', words, '--between', from, until);
      const whole = await openingsOfWhole({ from, until }, door);
      expect(openings.map(({ severity: _, ...opening }: { severity: unknown }) => opening)).toEqual(whole);
      expect(openings.length).toBeGreaterThan(words === 'tcp/25' ? 0 : depth({ quick: 5, full: 50 }));
    },
  );

  test('P10: --between reads few items of the instances on which no change affected the port', async () => {
    const answer = await deployed.run('exposed', 'tcp/25', '--between', '2026-10-30', '2026-11-13');
    const entries = [...month.store.entries.values()].reduce((sum, history) => sum + history.size, 0);
    const asked = deployed.dynamodb.calls();
    const whole = asked
      .filter(({ operation }) => operation === 'BatchGetItem')
      .map(({ params }) => [...JSON.stringify(params).matchAll(/"sk"/g)].length)
      .reduce((sum, count) => sum + count, 0);
    expect(answer.code).toBe(0);
    expect(whole).toBeLessThan(entries / 10);
    expect(asked.length).toBeLessThanOrEqual(3 * new Set(month.world.script.instances.map(keyOf)).size);
  });

  test('of the fixed incident: the spans in which the port was possibly open, open, and possibly open again', async () => {
    const { openings } = await askAboutIncident();
    const ofStory = openings.filter(({ instanceName }) => instanceName === incidentInstance.name);
    expect(ofStory.map(({ certainty }) => certainty)).toEqual(['either', 'open', 'either']);
    const [before, open, after] = ofStory as [OpeningAnswer, OpeningAnswer, OpeningAnswer];
    expect(before.from < '2026-11-10T13:42:10' && '2026-11-10T13:42:10' < before.until).toBe(true);
    expect(before.until).toBe(open.from);
    expect(open.until).toBe(after.from);
    expect(after.from < '2026-11-10T16:20:30' && '2026-11-10T16:20:30' < after.until).toBe(true);
  });
});

test('history lists every change that a scan found, newest first, with its actor', async () => {
  const { changes } = await ask('history', '--since', '2026-10-01');
  const answered = changes
    .filter(({ kind, instanceName }: Change) => instanceName !== null && kind !== 'gap' && kind !== 'gap-over')
    .map(({ at, region, instanceName }: Change) => `${at}#${region}#${instanceName}`);
  const expected = month.world.script.instances.flatMap((instance) =>
    listFoundChanges(month.world, instance).map(({ at }) => `${toInstant(at)}#${keyOf(instance)}`),
  );
  expect(answered).toEqual(expected.sort().reverse());
  const opened = changes.find(({ at, instanceName }: Change) => instanceName === 'web-17' && at > '2026-11-10');
  expect(opened).toMatchObject({ kind: 'changed', severity: 'low', changedBy: null });
  const { changes: ofStory } = await ask('history', incidentInstance.name, '--since', '2026-11-10');
  expect(ofStory.map(({ changedBy }: Change) => changedBy?.calls[0]?.by ?? null)).toEqual([null, 'IAM user alice']);
});

interface Change {
  at: string;
  kind: string;
  region: string;
  instanceName: string | null;
  changedBy: { calls: { by: string }[] } | null;
}

test('diff has the visitors that were let in at the second instant and not at the first, and the reverse', async () => {
  const random = new Random(8);
  const instants = drawInstants(depth({ quick: 6, full: 16 }), 6);
  const sure = (instance: ScriptedInstance, at: number) => {
    const { status, openings, next } = knowableAt(month.world, instance, at);
    return status === 'known' && next === null ? openings : null;
  };
  let compared = 0;
  for (let i = 0; i + 1 < instants.length; i += 2) {
    const [from = 0, until = 0] = instants.slice(i, i + 2).sort((a, b) => a - b);
    const instance = random.pick(month.world.script.instances);
    const [before, after] = [sure(instance, from), sure(instance, until)];
    if (before === null || after === null) continue;
    compared += 1;
    const { opened, closed, isSure } = await ask('diff', instance.name, toInstant(from), toInstant(until));
    expect(isSure).toBe(true);
    const without = (a: typeof before, b: typeof before) =>
      insideOf((protocol, port) => {
        const others = visitorsLetIn(b, protocol, port);
        return visitorsLetIn(a, protocol, port).filter((who) => !others.includes(who));
      });
    expect(insideOf((protocol, port) => visitorsLetInBy(opened, protocol, port))).toEqual(without(after, before));
    expect(insideOf((protocol, port) => visitorsLetInBy(closed, protocol, port))).toEqual(without(before, after));
  }
  expect(compared).toBeGreaterThan(depth({ quick: 1, full: 2 }));
});

test('export writes every entry, every departed instance and every scan, and ends with a line that says so', async () => {
  const { code, stdout } = await deployed.run('export', '--format', 'ndjson');
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  const count = (wanted: string) => records.filter(({ record }) => record === wanted).length;
  const entries = [...month.store.entries.values()].reduce((sum, history) => sum + history.size, 0);
  expect({ entry: count('entry'), departed: count('departed'), scan: count('scan') }).toEqual({
    entry: entries,
    departed: month.store.departed.length,
    scan: month.world.script.scans.length,
  });
  expect(records.at(-1)).toEqual({ record: 'end' });
});

test('P10: at takes seven small reads, and one for each region when the question names no region', async () => {
  const question = ['at', incidentInstance.name, '2026-11-10T15:00:00Z'];
  const { code, stderr } = await deployed.run(...question, '--region', incidentInstance.region);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(requests()).toBeLessThanOrEqual(8);
  deployed.dynamodb.clearCalls();
  await deployed.run(...question);
  expect(requests()).toBeLessThanOrEqual(8 + plan.regions);
});
