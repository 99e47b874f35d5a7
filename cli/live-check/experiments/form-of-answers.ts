/** Experiments: the form of answers, and how soon they show a change. */
import { diffFirewalls, type PortState } from '../../../lambda/firewall/index.ts';
import { hasEffect } from '../../../lambda/firewall/sets/reach.ts';
import { networkA } from '../live-firewall.ts';
import { type Experiment, isSubset, sourcesAt, ssh } from './experiment.ts';

const a = [...networkA.cidrs, ...networkA.ipv6Cidrs];

export const answerExperiments: readonly Experiment[] = [
  {
    id: 'bare-address',
    documents: 'lightsail-api',
    question: 'How is an address without a prefix length answered?',
    assumed: 'prefix',
    behaviours: {
      prefix: 'An address is answered with its prefix length, /32 or /128',
      bare: 'An address is answered without a prefix length',
    },
    changes: 'nothing: both are read the same way',
    async run(live) {
      await live.replace({ ...ssh(live), cidrs: ['192.0.2.7'], ipv6Cidrs: ['2001:db8::7'] });
      const sources = sourcesAt(await live.observe(), live.port) ?? [];
      const found = isSubset(['192.0.2.7/32', '2001:db8::7/128'], sources)
        ? 'prefix'
        : isSubset(['192.0.2.7', '2001:db8::7'], sources)
          ? 'bare'
          : null;
      return { found, evidence: sources };
    },
  },
  {
    id: 'protocol-all',
    documents: 'lightsail-api',
    question: 'How is the protocol all answered?',
    assumed: 'all',
    behaviours: {
      all: 'The protocol all is answered as all, with the ports 0 to 65535',
      'minus-one': 'The protocol all is answered as -1',
    },
    changes: 'nothing: both are read the same way',
    async run(live) {
      await live.replace({ fromPort: 0, toPort: 65535, protocol: 'all', ...networkA });
      const rules = await live.observe();
      const rule = rules.find(({ protocol }) => protocol === 'all' || protocol === '-1');
      const isWhole = rule?.fromPort === 0 && rule.toPort === 65535;
      return { found: rule?.protocol === '-1' ? 'minus-one' : isWhole ? 'all' : null, evidence: rule ?? rules };
    },
  },
  {
    id: 'icmp',
    documents: 'decision D22',
    question: 'Are the type and code of ICMP answered as they were sent?',
    assumed: 'as-sent',
    behaviours: {
      'as-sent': 'The type and code of ICMP are answered as they were sent',
      'every-code': 'A single ICMP code is answered as every code',
    },
    changes: 'lambda/firewall/rules/parse-protocol-and-ports.ts reads what is answered; the restore command sends it',
    async run(live) {
      await live.replace(
        { fromPort: 8, toPort: 0, protocol: 'icmp', ...networkA },
        { fromPort: 128, toPort: 0, protocol: 'icmpv6', ...networkA },
      );
      const isNew = ({ cidrs, ipv6Cidrs }: PortState) =>
        [...(cidrs ?? []), ...(ipv6Cidrs ?? [])].some((source) => a.includes(source));
      const rules = (await live.observe()).filter((rule) => String(rule.protocol).startsWith('icmp') && isNew(rule));
      const codes = rules.map(({ fromPort, toPort }) => `${fromPort}/${toPort}`).sort();
      const found = { '128/0 8/0': 'as-sent', '128/-1 8/-1': 'every-code' }[codes.join(' ')] ?? null;
      return { found, evidence: rules };
    },
  },
  {
    id: 'empty-answer',
    documents: 'decision D8; lightsail-api',
    question: 'What is the answer if everything is closed?',
    assumed: 'list',
    behaviours: {
      list: 'The answer for a firewall that lets nothing through is an empty list',
      missing: 'The answer for a firewall that lets nothing through has no list',
    },
    changes:
      'lambda/adapters/parse-lightsail-answer.ts must read a missing list as an empty list: everything is closed',
    async run(live) {
      await live.replace();
      await live.observe();
      await live.closeAll();
      const rules = await live.readUntil((found) => found === 'missing' || found.length === 0);
      return { found: rules === 'missing' ? 'missing' : 'list', evidence: rules };
    },
  },
  {
    id: 'read-delay',
    documents: 'decisions D36, D55',
    question: 'How soon does a read show a change?',
    assumed: 'within-10-s',
    behaviours: {
      'within-10-s': 'A read shows a change within 10 seconds',
      later: 'A read shows a change later than after 10 seconds',
    },
    changes: 'lambda/attribution/list-reads.ts and the pause of event scans (10 seconds)',
    async run(live) {
      const delaysMs: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const port = live.port + i;
        await live.replace();
        await live.open({ fromPort: port, toPort: port, protocol: 'tcp', ...networkA });
        const start = performance.now();
        await live.readUntil((rules) => rules !== 'missing' && sourcesAt(rules, port) !== null);
        delaysMs.push(Math.round(performance.now() - start));
      }
      return { found: Math.max(...delaysMs) <= live.limits.soonMs ? 'within-10-s' : 'later', evidence: { delaysMs } };
    },
  },
  {
    id: 'listing',
    documents: 'lightsail-api',
    question: 'Does the listing of instances show the same rules as a read?',
    assumed: 'same',
    behaviours: {
      same: 'GetInstances shows the same rules as GetInstancePortStates at the same time',
      late: 'GetInstances shows other rules than GetInstancePortStates at the same time',
    },
    changes: 'nothing: the rules of the listing are not used',
    async run(live, service) {
      await live.replace({ ...ssh(live), ...networkA });
      await live.observe();
      const [listed, read] = [await service.readListedRules(), await live.read()];
      if (listed === null || read === 'missing') return { found: null, evidence: { listed, read } };
      const { verdict, opened, closed } = diffFirewalls(listed, read);
      return { found: hasEffect(verdict) ? 'late' : 'same', evidence: { verdict, opened, closed } };
    },
  },
  {
    id: 'region-not-enabled',
    documents: 'lightsail-api',
    question: 'What is the error of a region that is not enabled?',
    assumed: 'UnrecognizedClientException',
    behaviours: {
      UnrecognizedClientException: 'A region that is not enabled answers UnrecognizedClientException',
      AccessDeniedException: 'A region that is not enabled answers AccessDeniedException',
    },
    changes: 'lambda/adapters/aws-errors.ts',
    async run(_live, service) {
      const errors = await service.findRegionErrors();
      const names = [...new Set(Object.values(errors))];
      // If the regions answer with several error names, the answers do not show which name means "not enabled" and which name is a failure.
      return { found: names.length === 1 ? (names[0] ?? null) : null, evidence: errors };
    },
  },
];
