import { isDeepStrictEqual } from 'node:util';
import { diffFirewalls, hashRules, type PortState } from '../../lambda/firewall/index.ts';
import { median } from '../median.ts';

interface CompareTime {
  /** Microseconds to compare 10 rules with the same 10 rules, and to compute the hash of the rules. */
  unchangedUs: number;
  /** Microseconds to compare the same rules with `isDeepStrictEqual`, which counts a new order of rules as a change. */
  deepEqualUs: number;
  /** Milliseconds to compare 60 rules with 60 different rules. */
  sixtyMs: number;
}

/** Returns medians without the warm-up. The old and the new rules are parsed from separate texts, as in a scan. */
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

/**
 * Builds rules of four kinds alternately. The first kind is open to anywhere, and the others to one network and one host. The third kind
 * has a range of 16 ports. The fourth kind also has an IPv6 network.
 */
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
