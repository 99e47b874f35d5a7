/**
 * `npm run bench:diff`: measures the time to compare two firewalls. Prints each median with its target, and with the median of the package
 * cidr-tools for the same set operations. Has no assertions, because the times depend on the load of the machine.
 */
import { excludeCidr, mergeCidr } from 'cidr-tools';
import { diffFirewalls, hashRules, type PortState } from '../lambda/firewall/index.ts';
import { readOptions } from '../test/support/read-options.ts';
import { measureLargestAlert } from './largest-alert.ts';
import { median } from './median.ts';

readOptions({}, []);

interface Task {
  name: string;
  /** Microseconds; `null`: no target. */
  targetUs: number | null;
  before: PortState[];
  after: PortState[];
  /** True: the task includes the hash of the rules. A scan computes the hash, because it stores the hash. */
  isHashed?: boolean;
}

const tasks: Task[] = [
  task('10 rules, unchanged, hash included', 11, buildRules(10, 1), buildRules(10, 1), true),
  task('60 rules, one of them changed', null, buildRules(60, 1), [...buildRules(59, 1), ...buildRules(1, 77)]),
  task('60 rules against 60 others', 600, buildRules(60, 1), buildRules(60, 2)),
  task('1,000 rules against 1,000, wide', null, buildWide(1000, 1), buildWide(1000, 2)),
  task('5,000 sources against 5,000', null, buildSources(5000, 1), buildSources(5000, 2)),
];

printRow(['', 'target', 'portwatch', 'cidr-tools', 'times']);
for (const { name, targetUs, before, after, isHashed } of tasks) {
  const ours = measureUs(() => {
    diffFirewalls(before, after);
    if (isHashed) hashRules(after);
  });
  const theirs = measureUs(() => diffByCidrTools(before, after));
  const times = (theirs / ours).toFixed(1);
  printRow([name, targetUs === null ? '' : show(targetUs), show(ours), show(theirs), times]);
}
console.log(`
cidr-tools knows no ports: for it the port axis is cut wherever a rule begins or ends, and each piece is merged and excluded by itself.
It reads no rules either; what is compared is the set operation, on the same networks.`);

console.log(
  '\nThe largest firewall: 60 rules of 120 sources, before and after without a common rule; CPU time, median',
);
printRow(['', 'target', 'portwatch']);
for (const { name, targetMs, ms } of measureLargestAlert(seededDraw)) {
  printRow([name, targetMs === null ? '' : `${targetMs} ms`, `${ms.toFixed(1)} ms`]);
}

function task(name: string, targetUs: number | null, before: unknown, after: unknown, isHashed = false): Task {
  return { name, targetUs, before: throughText(before), after: throughText(after), isHashed };
}

/** Parses a separate copy, so that `before` and `after` share no text and no object, as in two answers of Lightsail. */
function throughText(rules: unknown): PortState[] {
  return JSON.parse(JSON.stringify(rules));
}

function measureUs(action: () => void): number {
  const startedAt = performance.now();
  action();
  const onceMs = performance.now() - startedAt;
  const batch = Math.max(1, Math.min(2000, Math.floor(20 / onceMs)));
  const rounds = onceMs > 1000 ? 3 : 31;
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    for (let i = 0; i < batch; i += 1) action();
    times.push(((performance.now() - from) / batch) * 1000);
  }
  // The first half of the runs is the warm-up.
  return median(times.slice(Math.floor(times.length / 2)));
}

function diffByCidrTools(before: readonly PortState[], after: readonly PortState[]): string[][] {
  const pieces: string[][] = [];
  for (const protocol of ['tcp', 'udp']) {
    const rules = [...before, ...after].filter((rule) => rule.protocol === protocol);
    const cuts = [...new Set(rules.flatMap(({ fromPort = 0, toPort = 0 }) => [fromPort, toPort + 1]))].sort(
      (a, b) => a - b,
    );
    for (const port of cuts) {
      const [was, is] = [before, after].map((side) => mergeCidr(sourcesAt(side, protocol, port)));
      pieces.push(excludeCidr(is ?? [], was ?? []), excludeCidr(was ?? [], is ?? []));
    }
  }
  return pieces;
}

function sourcesAt(rules: readonly PortState[], protocol: string, port: number): string[] {
  return rules
    .filter((rule) => rule.protocol === protocol && (rule.fromPort ?? 0) <= port && port <= (rule.toPort ?? 0))
    .flatMap(({ cidrs = [], ipv6Cidrs = [] }) => [...cidrs, ...ipv6Cidrs]);
}

function buildRules(count: number, seed: number): unknown[] {
  const draw = seededDraw(seed);
  return Array.from({ length: count }, () => {
    const fromPort = draw(60_000);
    return buildRule(
      draw(2) === 0 ? 'tcp' : 'udp',
      fromPort,
      fromPort + draw(1000),
      [drawNetwork(draw)],
      draw(3) === 0,
    );
  });
}

/** Every rule covers the middle of the port axis, so that these ports have hundreds of rules. No rule is open to the world. */
function buildWide(count: number, seed: number): unknown[] {
  const draw = seededDraw(seed);
  return Array.from({ length: count }, () =>
    buildRule('tcp', draw(20_000), 40_000 + draw(20_000), [drawNetwork(draw)], false),
  );
}

function buildSources(count: number, seed: number): unknown[] {
  const draw = seededDraw(seed);
  const sources = Array.from({ length: count }, () => `10.${draw(256)}.${draw(256)}.${draw(256)}/32`);
  return [buildRule('tcp', 22, 22, sources, false)];
}

function buildRule(
  protocol: string,
  fromPort: number,
  toPort: number,
  cidrs: string[],
  isOpenToIpv6: boolean,
): unknown {
  return {
    fromPort,
    toPort,
    protocol,
    state: 'open',
    cidrs,
    ipv6Cidrs: isOpenToIpv6 ? ['::/0'] : [],
    cidrListAliases: [],
  };
}

function drawNetwork(draw: (limit: number) => number): string {
  const prefix = [8, 16, 24, 32][draw(4)] ?? 32;
  const byte = (from: number) => (prefix >= from ? draw(256) : 0);
  return `${1 + draw(222)}.${byte(16)}.${byte(24)}.${byte(32)}/${prefix}`;
}

/** Returns a random generator that gives the same numbers on every machine (a linear congruential generator). */
function seededDraw(seed: number): (limit: number) => number {
  let state = seed * 7919;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function show(us: number): string {
  return us < 1000 ? `${us.toFixed(us < 100 ? 1 : 0)} µs` : `${(us / 1000).toFixed(us < 100_000 ? 1 : 0)} ms`;
}

function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(38) : cell.padStart(12))).join(''));
}
