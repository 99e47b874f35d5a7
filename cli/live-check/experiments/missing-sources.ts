/** Experiments: which ports and sources Lightsail opens if the request names no sources, or sources of only one address family. */
import { networkA } from '../live-firewall.ts';
import { type Experiment, findWorld, isSubset, sourcesAt, ssh } from './experiment.ts';

export const missingSourceExperiments: readonly Experiment[] = [
  {
    id: 'one-family',
    documents: 'decisions D22, D33; lightsail-api',
    question: 'What does a rule with sources of one address family open for the other one?',
    assumed: 'world',
    behaviours: {
      world: 'A request with sources of one address family opens the other one to anywhere',
      none: 'A request with sources of one address family opens nothing in the other one',
    },
    sets: 'missingFamily',
    async run(live) {
      const [ipv4, ipv6, opened] = [live.port, live.port + 1, live.port + 2];
      const at = (port: number) => ({ fromPort: port, toPort: port, protocol: 'tcp' as const });
      await live.replace({ ...at(ipv4), cidrs: networkA.cidrs }, { ...at(ipv6), ipv6Cidrs: networkA.ipv6Cidrs });
      await live.open({ ...at(opened), cidrs: networkA.cidrs });
      const rules = await live.observe();
      const answers = [
        { sources: sourcesAt(rules, ipv4), world: '::/0' },
        { sources: sourcesAt(rules, ipv6), world: '0.0.0.0/0' },
        { sources: sourcesAt(rules, opened), world: '::/0' },
      ];
      return { found: findWorld(answers), evidence: answers };
    },
  },
  {
    id: 'alias-alone',
    documents: 'decision D22; lightsail-api',
    question: 'What does a rule with an alias and no network open?',
    assumed: 'world',
    behaviours: {
      world: 'A request with an alias alone opens the port to anywhere',
      none: 'A request with an alias alone opens the port to the alias alone',
    },
    sets: 'aliasAlone',
    async run(live) {
      await live.replace({ ...ssh(live), cidrListAliases: ['lightsail-connect'] });
      const sources = sourcesAt(await live.observe(), live.port);
      return { found: findWorld([{ sources, world: '0.0.0.0/0' }]), evidence: sources };
    },
  },
  {
    id: 'no-source',
    documents: 'decision D18',
    question: 'How is a rule answered that was written without any source?',
    assumed: 'world',
    behaviours: {
      world: 'A rule that was written without a source is answered with 0.0.0.0/0 and ::/0',
      unnamed: 'A rule that was written without a source is answered without a source',
    },
    changes: 'lambda/firewall/rules/parse-sources.ts: `unspecified` and the world could then be the same source',
    async run(live) {
      await live.replace(ssh(live));
      const sources = sourcesAt(await live.observe(), live.port);
      const isWorld = sources !== null && isSubset(['0.0.0.0/0', '::/0'], sources);
      return { found: isWorld ? 'world' : sources?.length === 0 ? 'unnamed' : null, evidence: sources };
    },
  },
];
