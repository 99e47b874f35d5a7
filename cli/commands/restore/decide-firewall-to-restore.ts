/**
 * Decides the firewall that `portwatch restore` restores, called the aim. Pure. Throws CommandError if the history does not certainly know
 * this firewall.
 */
import type { PortState } from '../../../lambda/firewall/index.ts';
import type { HistoryEntry } from '../../../lambda/history/entry.ts';
import { CommandError } from '../../command-error.ts';
import type { StateAt } from '../../questions/state-at.ts';
import { describeGap } from '../../text/describe-gap.ts';
import type { RenderTime } from '../../time/render-time.ts';

export interface Aim {
  rules: readonly PortState[];
  /** The ARN of the instance that had this firewall. */
  arn: string;
  ipAddressType: string | null;
  /** The part of a sentence that names the time, such as `at 2026-11-10 10:00:00 UTC` or `before the change of …`. */
  when: string;
}

/** Throws CommandError if the firewall or the ARN at that time is unknown or uncertain, or if the instance was gone. */
export function decideAimAt(state: StateAt, renderTime: RenderTime): Aim {
  const when = `at ${renderTime(state.at)}`;
  const { gap, either, transients, status, snapshot } = state;
  if (gap !== null) throw unknown(when, describeGap(gap, renderTime));
  if (either.length > 0) throw unknown(when, 'a change happened about that time, so it was one of two firewalls');
  if (transients.length > 0) throw unknown(when, 'ports were opened and closed again about that time');
  if (status === 'gone') throw unknown(when, 'the instance was gone');
  if (status === 'not-seen-yet' || snapshot === null) throw unknown(when, 'no scan had read it');
  return toAim(snapshot, when);
}

/**
 * Returns the firewall before a change. `before` is the entry with the rules before the change; `null`: no such entry exists, or the entry
 * has expired. Throws CommandError if `before` is `null`, if `change` is of a kind other than `changed`, or if the ARN is unknown.
 */
export function decideAimBefore(change: HistoryEntry, before: HistoryEntry | null, renderTime: RenderTime): Aim {
  const when = `before the change that was found at ${renderTime(change.changedBefore)}`;
  if (change.kind !== 'changed') {
    const kind = change.kind === 'flapped' ? 'a transient change, which is undone already' : `of kind ${change.kind}`;
    throw new CommandError(
      `The record of ${renderTime(change.at)} is ${kind}, and no change of a firewall; expected --to with a time, or the alert of a change.`,
    );
  }
  if (before === null) throw unknown(when, 'the history of that time has expired');
  return toAim(before, when);
}

function toAim({ rules, instance }: HistoryEntry, when: string): Aim {
  if (rules === null) throw unknown(when, 'no scan had read it');
  const arn = instance?.arn ?? null;
  if (arn === null) throw unknown(when, 'its record names no ARN, so it may be that of another instance of this name');
  return { rules, arn, ipAddressType: instance?.ipAddressType ?? null, when };
}

function unknown(when: string, why: string): CommandError {
  return new CommandError(
    `The firewall ${when} is not known for certain: ${why}; expected another time with --to (npm run portwatch -- history lists the changes).`,
  );
}
