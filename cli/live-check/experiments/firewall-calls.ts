/** Experiments: what Open, Close and Put do with rules that exist. */
import type { PortInfo } from '../../../lambda/alerts/decide-restorable-rules.ts';
import { diffFirewalls } from '../../../lambda/firewall/index.ts';
import { hasEffect } from '../../../lambda/firewall/sets/reach.ts';
import { networkA, networkB } from '../live-firewall.ts';
import { type Experiment, isSubset, sourcesAt, ssh } from './experiment.ts';

const a = [...networkA.cidrs, ...networkA.ipv6Cidrs];
const b = [...networkB.cidrs, ...networkB.ipv6Cidrs];

export const firewallCallExperiments: readonly Experiment[] = [
  {
    id: 'open-on-open-ports',
    documents: 'decision D33',
    question: 'What does Open do with ports that are open?',
    assumed: 'adds',
    behaviours: {
      adds: 'Open on open ports adds the sources',
      replaces: 'Open on open ports replaces the sources',
    },
    sets: 'opening',
    async run(live) {
      await live.replace({ ...ssh(live), ...networkA });
      await live.open({ ...ssh(live), ...networkB });
      const sources = sourcesAt(await live.observe(), live.port) ?? [];
      const found = !isSubset(b, sources) ? null : isSubset(a, sources) ? 'adds' : 'replaces';
      return { found, evidence: sources };
    },
  },
  {
    id: 'close-with-sources',
    documents: 'decision D33; alerts',
    question: 'Does Close with sources close these sources, or the ports?',
    assumed: 'sources',
    behaviours: {
      sources: 'Close with sources closes these sources',
      ports: 'Close with sources closes the ports for all sources',
    },
    sets: 'closing',
    async run(live) {
      await live.replace({ ...ssh(live), cidrs: [...networkA.cidrs, ...networkB.cidrs], ipv6Cidrs: ['2001:db8::/32'] });
      await live.close({ ...ssh(live), cidrs: networkA.cidrs });
      const sources = sourcesAt(await live.observe(), live.port);
      if (sources === null) return { found: 'ports', evidence: null };
      const isClosed = !sources.includes(networkA.cidrs[0] ?? '') && isSubset(networkB.cidrs, sources);
      return { found: isClosed ? 'sources' : null, evidence: sources };
    },
  },
  {
    id: 'close-without-sources',
    documents: 'alerts',
    question: 'Does Close without sources close the ports for every source?',
    assumed: 'every-source',
    behaviours: {
      'every-source': 'Close without sources closes the ports for every source',
      world: 'Close without sources closes only 0.0.0.0/0 and ::/0',
    },
    sets: 'closingUnnamed',
    async run(live) {
      await live.replace({ ...ssh(live), ...networkA });
      await live.close(ssh(live));
      const sources = sourcesAt(await live.observe(), live.port);
      const found = sources === null ? 'every-source' : isSubset(a, sources) ? 'world' : null;
      return { found, evidence: sources };
    },
  },
  {
    id: 'close-a-part',
    documents: 'decision D33',
    question: 'What does Close do with a part of the ports of a rule?',
    assumed: 'leaves',
    behaviours: {
      leaves: 'Close of a part of the ports of a rule changes nothing',
      closes: 'Close of a part of the ports of a rule closes this part',
    },
    changes: 'lambda/attribution/apply-call.ts: the effect of such a call is then known',
    async run(live) {
      const whole = { fromPort: live.port, toPort: live.port + 10, protocol: 'tcp' as const, ...networkA };
      const part = { ...whole, fromPort: live.port + 5, toPort: live.port + 5 };
      await live.replace(whole);
      const outcome = await live.close(part);
      const rules = await live.observe();
      const isLike = (...infos: PortInfo[]) =>
        !hasEffect(diffFirewalls(rules, [...live.original.rules, ...infos]).verdict);
      const rest = [
        { ...whole, toPort: live.port + 4 },
        { ...whole, fromPort: live.port + 6 },
      ];
      return { found: isLike(whole) ? 'leaves' : isLike(...rest) ? 'closes' : null, evidence: { outcome, rules } };
    },
  },
  {
    id: 'empty-put',
    documents: 'lightsail-api',
    question: 'Does Put of an empty list close everything?',
    assumed: 'refused',
    behaviours: {
      refused: 'Put of an empty list is refused',
      closes: 'Put of an empty list closes everything',
    },
    changes: 'lambda/alerts/plan-restore-calls.ts: "everything closed" could then be restored by one call',
    async run(live) {
      await live.replace();
      const outcome = await live.call({ operation: 'PutInstancePublicPorts', portInfos: [] });
      const rules = await live.observe();
      const isClosed = outcome.result === 'accepted' && rules.length === 0;
      return {
        found: outcome.result === 'refused' ? 'refused' : isClosed ? 'closes' : null,
        evidence: { outcome, rules },
      };
    },
  },
];
