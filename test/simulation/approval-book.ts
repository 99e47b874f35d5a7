/**
 * The approvals of a simulated account: who approves what, and which probes are approved. Approvals are drawn from the pool of firewalls
 * and are checked probe by probe, without the product's own sets, patterns and times.
 */
import type { Approval } from '../../lambda/approvals/approval.ts';
import { exposureOf } from '../../lambda/firewall/index.ts';
import type { LoadedApprovals } from '../../lambda/scan/interfaces.ts';
import type { Random } from '../support/random.ts';
import { probeFirewall } from './probe-oracle.ts';
import { rulePool } from './rule-pool.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { TrueWorld } from './true-world.ts';

const minute = 60_000;

interface Instance {
  region: string;
  instanceName: string;
  arn: string | null;
}

interface BookedApproval {
  approval: Approval;
  probes: bigint;
  isAbout: (instance: Instance) => boolean;
}

interface NewsPublication {
  scan: SimulatedScan;
  alertId: string;
  isUnknown: boolean;
  hasSubscriber: boolean;
}

export class ApprovalBook {
  /** True in a part of the seeds. Approvals use their own random numbers, so that seeds without approvals stay unchanged. */
  readonly isUsed: boolean;
  readonly alertClosings: boolean;
  readonly booked = new Map<string, BookedApproval>();
  /** By the kind of the alert and the id of the approval. */
  readonly published = new Map<string, NewsPublication[]>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.isUsed = random.chance(0.3);
    this.alertClosings = random.chance(0.5);
  }

  /** Sometimes a person approves something, or revokes an approval. Returns lines that describe it. */
  change(world: TrueWorld): string[] {
    if (!this.isUsed) return [];
    const lines: string[] = [];
    if (this.#random.chance(0.5)) lines.push(this.#approve(world));
    const open = [...this.booked.values()].filter(({ approval }) => approval.revoked === null);
    if (open.length > 0 && this.#random.chance(0.15)) {
      const one = this.#random.pick(open);
      one.approval = { ...one.approval, revoked: { at: toInstant(world.now), by: 'bob', reason: null } };
      lines.push(`approval ${one.approval.id} is revoked`);
    }
    return lines;
  }

  #approve(world: TrueWorld): string {
    const random = this.#random;
    const id = `a${this.booked.size + 1}`;
    const [rules = []] = random.pick(rulePool.slice(1));
    const instances: Instance[] = [...world.regions].flatMap(([region, { instances: named }]) =>
      [...named].map(([instanceName, { arn }]) => ({ region, instanceName, arn })),
    );
    const [region = ''] = random.pick([...world.regions]);
    const one = instances.length === 0 ? null : random.pick(instances);
    const limits = random.pick([
      { fields: {}, isAbout: () => true },
      { fields: { region }, isAbout: (instance: Instance) => instance.region === region },
      { fields: { instance: 'w*' }, isAbout: ({ instanceName }: Instance) => instanceName === 'web' },
      { fields: { instance: '??' }, isAbout: ({ instanceName }: Instance) => instanceName === 'db' },
      ...(one === null ? [] : [{ fields: { arn: one.arn }, isAbout: ({ arn }: Instance) => arn === one.arn }]),
    ]);
    const until = random.chance(0.5) ? null : toInstant(world.now + random.between(1, 40) * minute);
    const approval: Approval = {
      id,
      origin: 'command',
      instance: null,
      region: null,
      account: null,
      arn: null,
      exposure: exposureOf({ rules }).reach,
      reason: `reason ${id}`,
      by: 'alice',
      from: toInstant(world.now + random.pick([0, 0, 0, 3 * minute])),
      until,
      revoked: null,
      ...limits.fields,
    };
    if (approval.from !== null && until !== null && until < approval.from) approval.from = until;
    this.booked.set(id, { approval, probes: probeFirewall(rules, null), isAbout: limits.isAbout });
    return `approval ${id}: ${JSON.stringify({ rules, ...limits.fields, from: approval.from, until })}`;
  }

  /** The answer of the table to one scan. The call can throw, and one item can be unreadable, unless `isQuiet` is true. */
  load(scan: SimulatedScan, isQuiet: boolean): LoadedApprovals {
    const approvals = [...this.booked.values()].map(({ approval }) => approval);
    if (!this.isUsed) return { approvals, refused: [] };
    scan.approvals = { ids: [], isComplete: false };
    if (!isQuiet && this.#random.chance(0.1)) throw new Error('the table failed: loadApprovals');
    const lost = !isQuiet && approvals.length > 0 && this.#random.chance(0.1) ? this.#random.pick(approvals) : null;
    const loaded = approvals.filter((one) => one !== lost);
    scan.approvals = { ids: loaded.map((one) => ({ id: one.id, revoked: one.revoked })), isComplete: lost === null };
    return { approvals: loaded, refused: lost === null ? [] : [{ key: lost.id, problem: 'damaged' }] };
  }

  /** The result of a save of the marks. `isDone`: the table has the marks. `isAnswered`: the scan receives the answer. */
  drawSave(isQuiet: boolean): { isDone: boolean; isAnswered: boolean } {
    if (!this.isUsed || isQuiet || !this.#random.chance(0.15)) return { isDone: true, isAnswered: true };
    return { isDone: this.#random.chance(0.5), isAnswered: false };
  }

  /** The probes that are approved for an instance at an instant, by the approvals that a scan had loaded. */
  approvedProbes(scan: SimulatedScan, instance: Instance, at: string): bigint {
    let probes = 0n;
    for (const { id, revoked } of scan.approvals?.ids ?? []) {
      const booked = this.booked.get(id);
      if (booked === undefined || !booked.isAbout(instance)) continue;
      const { from, until } = booked.approval;
      const isOver = (until !== null && until < at) || (revoked !== null && revoked.at <= at);
      if (!isOver && (from === null || from <= at)) probes |= booked.probes;
    }
    return probes;
  }
}

const toInstant = (ms: number) => new Date(ms).toISOString();
