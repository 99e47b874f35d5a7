/** The firewall of the instance that the live check changes. Experiments change the rules, and read them after the changes are visible. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { PortInfo } from '../../lambda/alerts/decide-restorable-rules.ts';
import { planRestoreCalls } from '../../lambda/alerts/plan-restore-calls.ts';
import { lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import { diffFirewalls, type PortState } from '../../lambda/firewall/index.ts';
import { comparePorts } from '../../lambda/firewall/rules/compare-ports.ts';
import { hasEffect } from '../../lambda/firewall/sets/reach.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { CallOutcome, FirewallCall, FirewallEditor } from '../aws/firewall-editor.ts';
import { CommandError } from '../command-error.ts';
import type { LiveLimits } from './live-limits.ts';

export interface OriginalFirewall {
  rules: readonly PortState[];
  /** The original rules in the form that Put accepts. */
  infos: readonly PortInfo[];
}

/** Networks that nobody uses: they are reserved for documentation (RFC 5737, RFC 3849). */
export const networkA = { cidrs: ['192.0.2.0/25'], ipv6Cidrs: ['2001:db8::/33'] };
export const networkB = { cidrs: ['192.0.2.128/25'], ipv6Cidrs: ['2001:db8:8000::/33'] };

/** Not a valid port, so Lightsail refuses the call. */
export const invalidPort = 70_000;

const blockSize = 200;
/**
 * The number of ports in a block that experiments can use. `observe` opens the later ports of the block, one in each call, to see that
 * earlier writes are visible.
 */
const firstMarker = 40;

/** Returns the first port of a block of tcp ports that no rule uses. Throws CommandError if there is no such block. */
function findFreePorts(rules: readonly PortState[]): number {
  for (let from = 40_000; from + blockSize <= 65_536; from += blockSize) {
    const block = { protocol: 'tcp', fromPort: from, toPort: from + blockSize - 1 };
    if (rules.every((rule) => comparePorts(rule, block) === 'apart')) return from;
  }
  throw new CommandError(
    `The firewall leaves no ${blockSize} tcp ports free above 40000; expected an instance whose rules leave some.`,
  );
}

export class LiveFirewall {
  readonly made: { call: FirewallCall; outcome: CallOutcome }[] = [];
  readonly original: OriginalFirewall;
  /** The first port for an experiment. */
  readonly port: number;
  readonly #editor: FirewallEditor;
  readonly limits: LiveLimits;
  readonly #signal: AbortSignal;
  #marker = firstMarker;

  constructor(editor: FirewallEditor, original: OriginalFirewall, limits: LiveLimits, signal: AbortSignal) {
    this.#editor = editor;
    this.original = original;
    this.limits = limits;
    this.#signal = signal;
    this.port = findFreePorts(original.rules);
  }

  async call(call: FirewallCall): Promise<CallOutcome> {
    this.#signal.throwIfAborted();
    const outcome = await this.#editor.perform(call);
    this.made.push({ call, outcome });
    return outcome;
  }

  open(portInfo: PortInfo): Promise<CallOutcome> {
    return this.call({ operation: 'OpenInstancePublicPorts', portInfo });
  }

  close(portInfo: PortInfo): Promise<CallOutcome> {
    return this.call({ operation: 'CloseInstancePublicPorts', portInfo });
  }

  /** Replaces the rules by the original rules and `infos`. */
  replace(...infos: PortInfo[]): Promise<CallOutcome> {
    return this.call({ operation: 'PutInstancePublicPorts', portInfos: [...this.original.infos, ...infos] });
  }

  /** Returns `missing` if the answer of Lightsail has no list of rules. */
  async read(): Promise<PortState[] | 'missing'> {
    try {
      return await this.#editor.readRules();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      if (cause instanceof ReadError && cause.reason === 'invalid-answer') return 'missing';
      throw error;
    }
  }

  /**
   * Returns the rules after every earlier write is visible. To see this, opens a further port and reads until that port appears. The ports
   * that `observe` opened are left out of the result.
   */
  async observe(): Promise<PortState[]> {
    const marker = this.port + this.#marker;
    this.#marker += 1;
    await this.open({ protocol: 'tcp', fromPort: marker, toPort: marker, ...networkA });
    const rules = await this.readUntil(
      (found) => found !== 'missing' && found.some((rule) => rule.fromPort === marker),
    );
    const isMarker = ({ protocol, fromPort }: PortState) =>
      protocol === 'tcp' && fromPort !== undefined && fromPort >= this.port + firstMarker && fromPort <= marker;
    return rules === 'missing' ? [] : rules.filter((rule) => !isMarker(rule));
  }

  /** Reads until `isShown` returns true. Throws CommandError if `isShown` has not returned true within `showsWithinMs`. */
  async readUntil(isShown: (rules: PortState[] | 'missing') => boolean): Promise<PortState[] | 'missing'> {
    const deadline = performance.now() + this.limits.showsWithinMs;
    for (;;) {
      const rules = await this.read();
      if (isShown(rules)) return rules;
      if (performance.now() > deadline)
        throw new CommandError(`Reads did not show a change within ${this.limits.showsWithinMs / 1_000} s.`);
      await sleep(this.limits.pauseMs, undefined, { signal: this.#signal });
    }
  }

  /** Closes everything. Does nothing if an answer has no list of rules, or if `planRestoreCalls` finds no calls that close everything. */
  async closeAll(): Promise<void> {
    const rules = await this.read();
    if (rules === 'missing') return;
    const plan = planRestoreCalls(rules, [], lightsailBehaviour);
    if ('problem' in plan) return;
    for (const call of plan.calls) await this.call(call);
  }

  /**
   * Always writes, because a read can still show the firewall before the last write. Throws CommandError if Lightsail refuses the write, or
   * if reads do not show the original firewall in time.
   */
  async putBack(): Promise<void> {
    const outcome = await this.#editor.perform({
      operation: 'PutInstancePublicPorts',
      portInfos: [...this.original.infos],
    });
    if (outcome.result === 'refused') throw new CommandError(`Lightsail refused it: ${outcome.problem}`);
    await this.readUntil(
      (rules) => rules !== 'missing' && !hasEffect(diffFirewalls(rules, this.original.rules).verdict),
    );
  }
}
