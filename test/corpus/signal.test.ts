import { describe, expect, test } from '@jest/globals';
import { countSignal } from '../../bench/signal/count-signal.ts';
import { toSecurityGroup } from '../../bench/signal/to-security-group.ts';
import {
  isReportedByJsonDiff,
  isReportedByPortwatch,
  isReportedByUnorderedDiff,
} from '../../bench/signal/ways-to-compare.ts';
import { type CorpusPair, loadCorpus } from './load-corpus.ts';

const pairs = loadCorpus().categories.flatMap((category) => category.pairs);

describe('what the benchmark of false alarms and misses rests on', () => {
  test('P2: ours has no false alarm and no miss on the corpus', () => {
    const compared = pairs.map((pair) => ({ pair, isReported: isReportedByPortwatch(pair) }));
    expect(countSignal(compared)).toEqual({ falseAlarms: 0, misses: 0, openedMissed: 0 });
  });

  test('a false alarm, a miss, and a miss of something opened are counted apart', () => {
    const compared = [
      { pair: named('ssh and http change places'), isReported: true },
      { pair: named('ssh to everyone'), isReported: false },
      { pair: named('rdp removed'), isReported: false },
      { pair: named('the next runner'), isReported: true },
      { pair: named('a field appears on a rule'), isReported: false },
    ];
    expect(countSignal(compared)).toEqual({ falseAlarms: 1, misses: 2, openedMissed: 1 });
  });

  test('the JSON diff forgives an order of fields and no other order', () => {
    expect(isReportedByJsonDiff(named('fields of a rule in another order'))).toBe(false);
    expect(isReportedByJsonDiff(named('ssh and http change places'))).toBe(true);
  });

  test('the unordered diff forgives every order and nothing else', () => {
    const reordered = pairs.filter((pair) => pair.category === 'reordered');
    expect(reordered.map(isReportedByUnorderedDiff)).toEqual(reordered.map((pair) => pair.label !== 'same'));
    expect(isReportedByUnorderedDiff(named('a /24 as two /25'))).toBe(true);
  });

  test('a firewall becomes the security group that EC2 would answer with', () => {
    const group = toSecurityGroup([
      { fromPort: 22, toPort: 22, protocol: 'TCP', state: 'open', cidrs: ['0.0.0.0/0'], ipv6Cidrs: ['::/0'] },
      { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['0.0.0.0/0'], cidrListAliases: ['lightsail-connect'] },
      { fromPort: 0, toPort: 65535, protocol: 'all', cidrs: ['10.0.0.0/8'] },
      { fromPort: 80, toPort: 80, protocol: 'tcp', state: 'closed', cidrs: ['0.0.0.0/0'] },
      { fromPort: 22, toPort: 22, protocol: 'tcp' },
    ]);
    const empty = { IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
    const ssh = { ...empty, IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
    expect(group.IpPermissions).toEqual([
      {
        ...ssh,
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [{ CidrIpv6: '::/0' }],
        PrefixListIds: [{ PrefixListId: 'pl-lightsail-connect' }],
      },
      { ...empty, IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      ssh,
    ]);
  });
});

function named(name: string): CorpusPair {
  const found = pairs.find((pair) => pair.name === name);
  if (found === undefined) throw new Error(`The corpus has no pair "${name}".`);
  return found;
}
