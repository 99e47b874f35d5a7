/**
 * The experiments of the live check: one for each point that AWS does not document. Each finds out which of the possible behaviours is
 * real.
 */
import type { PortInfo } from '../../lambda/alerts/restorable-rule.ts';
import type { LightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import { diffFirewalls, type PortState } from '../../lambda/firewall/index.ts';
import { hasEffect } from '../../lambda/firewall/sets/reach.ts';
import { invalidPort, type LiveFirewall, networkA, networkB } from './live-firewall.ts';
import { describesCall, namesPort, type TrailRecord } from './trail-records.ts';

/** `found`: the name of the behaviour; `null`: the answers fit none. `evidence`: the answers, for the report. */
export interface Finding {
  found: string | null;
  evidence: unknown;
}

/** Further requests of the experiments. All of them only read. */
export interface LiveService {
  /** ARN of the caller. */
  caller: string;
  readListedRules(): Promise<readonly PortState[] | null>;
  /** Names of errors, by region. */
  findRegionErrors(): Promise<Readonly<Record<string, string>>>;
  /** The records of this caller's changes since the start of the check; waits for CloudTrail. */
  loadRecords(live: LiveFirewall): Promise<readonly TrailRecord[]>;
}

export interface Experiment {
  id: string;
  /** The places in the documents that mention the point. */
  documents: string;
  question: string;
  /** The behaviour that Portwatch and its stand-ins assume. */
  assumed: string;
  /** A sentence for each behaviour. */
  behaviours: Readonly<Record<string, string>>;
  /** The field of `lightsailBehaviour` that the result sets. Without a field, `changes` describes what a refuted assumption changes. */
  sets?: keyof LightsailBehaviour;
  changes?: string;
  run(live: LiveFirewall, service: LiveService): Promise<Finding>;
}

const ssh = (live: LiveFirewall): PortInfo => ({ fromPort: live.port, toPort: live.port, protocol: 'tcp' });

/** The sources of the rules for one tcp port; `null`: no such rule. */
function sourcesAt(rules: readonly PortState[], port: number): string[] | null {
  const found = rules.filter(
    ({ protocol, fromPort, toPort }) => protocol === 'tcp' && fromPort === port && toPort === port,
  );
  if (found.length === 0) return null;
  return found.flatMap((rule) => [...(rule.cidrs ?? []), ...(rule.ipv6Cidrs ?? []), ...(rule.cidrListAliases ?? [])]);
}

/** `world` or `none`, if all `answers` agree. An answer has the sources, and the source that means open to the world. */
function findWorld(answers: readonly { sources: string[] | null; world: string }[]): string | null {
  const found = answers.map(({ sources, world }) =>
    sources === null ? null : sources.includes(world) ? 'world' : sources.length === 1 ? 'none' : null,
  );
  const [first = null] = found;
  return found.every((each) => each === first) ? first : null;
}

const isSubset = (part: readonly string[], whole: readonly string[]) => part.every((each) => whole.includes(each));
const a = [...networkA.cidrs, ...networkA.ipv6Cidrs];
const b = [...networkB.cidrs, ...networkB.ipv6Cidrs];

export const experiments: readonly Experiment[] = [
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
    id: 'empty-put',
    documents: 'lightsail-api',
    question: 'Does Put of an empty list close everything?',
    assumed: 'refused',
    behaviours: {
      refused: 'Put of an empty list is refused',
      closes: 'Put of an empty list closes everything',
    },
    changes: 'lambda/alerts/plan-restore.ts: "everything closed" could then be restored by one call',
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
  {
    id: 'empty-answer',
    documents: 'decision D8; lightsail-api',
    question: 'What is the answer if everything is closed?',
    assumed: 'list',
    behaviours: {
      list: 'The answer for a firewall that lets nothing through is an empty list',
      missing: 'The answer for a firewall that lets nothing through has no list',
    },
    changes: 'lambda/adapters/parse-lightsail-answer.ts: a missing list would have to be read as everything closed',
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
      // With more than one name it is not known which error means "not enabled", and which one is a failure.
      return { found: names.length === 1 ? (names[0] ?? null) : null, evidence: errors };
    },
  },
  {
    id: 'record-of-a-refused-call',
    documents: 'decision D29',
    question: 'Has the record of a call that failed an errorCode or an errorMessage?',
    assumed: 'error-code',
    behaviours: {
      'error-code': 'The record of a call that failed has an errorCode or an errorMessage',
      'no-error-code': 'The record of a call that failed has neither an errorCode nor an errorMessage',
    },
    changes: 'lambda/attribution/parse-call-record.ts',
    async run(live, service) {
      // This is the last call of the check. The experiments after it find its records without another wait.
      await live.open({ ...ssh(live), fromPort: invalidPort, toPort: invalidPort });
      const records = (await service.loadRecords(live)).filter((record) => namesPort(record, invalidPort));
      if (records.length === 0) return { found: null, evidence: null };
      const hasError = records.every(({ errorCode, errorMessage }) => Boolean(errorCode ?? errorMessage));
      return { found: hasError ? 'error-code' : 'no-error-code', evidence: records.slice(0, 2) };
    },
  },
  {
    id: 'record-of-a-request',
    documents: 'decision D28',
    question: 'Does CloudTrail record the request in requestParameters, in the form of the API?',
    assumed: 'as-sent',
    behaviours: {
      'as-sent': 'CloudTrail records the ports of a request as they were sent',
      otherwise: 'CloudTrail does not record the ports of a request as they were sent',
    },
    changes: 'lambda/attribution/parse-port-infos.ts',
    async run(live, service) {
      const records = await service.loadRecords(live);
      const accepted = live.made.filter(({ outcome }) => outcome.result === 'accepted').map(({ call }) => call);
      const isFound = records.some((record) => accepted.some((call) => describesCall(record, call)));
      return { found: isFound ? 'as-sent' : records.length > 0 ? 'otherwise' : null, evidence: records.slice(0, 3) };
    },
  },
  {
    id: 'record-of-a-successful-call',
    documents: 'decision D58',
    question: 'Is the record of a call that succeeded without the field errorCode?',
    assumed: 'no-error-code',
    behaviours: {
      'no-error-code': 'The record of a call that succeeded has no field errorCode',
      'error-code': 'The record of a call that succeeded has a field errorCode',
    },
    changes: 'lib/watched-call-pattern.ts',
    async run(live, service) {
      const records = (await service.loadRecords(live)).filter((record) => !namesPort(record, invalidPort));
      if (records.length === 0) return { found: null, evidence: null };
      const hasField = records.some((record) => 'errorCode' in record);
      return { found: hasField ? 'error-code' : 'no-error-code', evidence: records.slice(0, 2) };
    },
  },
  {
    id: 'record-of-the-caller',
    documents: 'decision D31',
    question: 'Does a record name the caller by the ARN that STS gives?',
    assumed: 'same-arn',
    behaviours: {
      'same-arn': 'A record names the caller by the ARN that STS gives',
      'other-arn': 'A record names the caller by another ARN than STS gives',
    },
    changes: 'lambda/attribution/describe-actor.ts',
    async run(live, service) {
      const [record] = await service.loadRecords(live);
      if (record === undefined) return { found: null, evidence: null };
      return { found: record.arn === service.caller ? 'same-arn' : 'other-arn', evidence: record.userIdentity };
    },
  },
];

/** Points without an experiment, and why. */
export const notTried: readonly string[] = [
  "Lightsail's rate limits: finding them would throttle the account.",
  'How the console is recognised in a record (decision D30): change a firewall in the console, and read the record in CloudTrail.',
  'The form of a forwarded event (decision D32): it needs a trail and a forwarding stack in a second region.',
];
