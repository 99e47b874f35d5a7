import { isDeepStrictEqual } from 'node:util';
import { diffFirewalls, hashRules, type PortState } from '../../lambda/firewall/index.ts';
import { median } from '../median.ts';

interface CompareTime {
  /** Microseconds to compare an unchanged instance of 10 rules, including their hash. */
  unchangedUs: number;
  /** Microseconds for the same rules with `isDeepStrictEqual`, which counts a new order as a change. */
  deepEqualUs: number;
  /** Milliseconds for the full difference between 60 rules and 60 other rules. */
  sixtyMs: number;
}

/** Medians of batches, after warm-up batches. Both sides are parsed from separate texts, as in a scan. */
export function measureCompareTime(): CompareTime {
  const before = parseRules(buildRules(10, 22));
  const after = parseRules(buildRules(10, 22));
  const sixtyBefore = parseRules(buildRules(60, 1000));
  const sixtyAfter = parseRules(buildRules(60, 1007));
  if (diffFirewalls(before, after).verdict !== 'identical') throw new Error('The ten rules are not the same.');
  if (diffFirewalls(sixtyBefore, sixtyAfter).verdict !== 'mixed') throw new Error('The sixty rules do not differ.');
  const compareAndHash = () => {
    diffFirewalls(before, after);
    hashRules(after);
  };
  return {
    unchangedUs: measureMs(compareAndHash, 500) * 1000,
    deepEqualUs: measureMs(() => isDeepStrictEqual(before, after), 500) * 1000,
    sixtyMs: measureMs(() => diffFirewalls(sixtyBefore, sixtyAfter), 20),
  };
}

function measureMs(action: () => void, batch: number): number {
  const times: number[] = [];
  for (let run = 0; run < 60; run += 1) {
    const startedAt = performance.now();
    for (let i = 0; i < batch; i += 1) action();
    times.push((performance.now() - startedAt) / batch);
  }
  return median(times.slice(times.length / 2));
}

/** Rules of four kinds in turn: open to the world; to a network and a host; the same over a port range; the same with an IPv6 network. */
function buildRules(count: number, firstPort: number): unknown[] {
  return Array.from({ length: count }, (_, i) => {
    const fromPort = firstPort + i * 10;
    const toPort = i % 4 === 2 ? fromPort + 15 : fromPort;
    const cidrs = i % 4 === 0 ? ['0.0.0.0/0'] : [`198.51.${i}.0/24`, `203.0.113.${i}/32`];
    const ipv6Cidrs = i % 4 === 0 ? ['::/0'] : i % 4 === 3 ? [`2001:db8:${i}::/48`] : [];
    return {
      fromPort,
      toPort,
      protocol: i % 5 === 4 ? 'udp' : 'tcp',
      state: 'open',
      cidrs,
      ipv6Cidrs,
      cidrListAliases: [],
    };
  });
}

function parseRules(rules: unknown): PortState[] {
  return JSON.parse(JSON.stringify(rules));
}
