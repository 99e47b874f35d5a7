import { compareFirewalls, diffFirewalls } from '../../../lambda/firewall/index.ts';
import { hasEffect } from '../../../lambda/firewall/sets/reach.ts';
import { firewallOf } from '../../../lambda/history/firewall-of.ts';
import type { ObservedFirewall } from '../../aws/firewall-editor.ts';
import { CommandError } from '../../command-error.ts';
import type { StateAt } from '../../questions/state-at.ts';
import { describeGap } from '../../text/describe-gap.ts';
import type { RenderTime } from '../../time/render-time.ts';
import type { Aim } from './decide-firewall-to-restore.ts';
import { describeChange, type UnlikeHistory } from './render-restore.ts';

export function refuseOtherInstance({ arn }: ObservedFirewall, aim: Aim, name: string): void {
  if (arn === aim.arn) return;
  throw new CommandError(
    `The instance ${name} is another one than ${aim.when}: it has the ARN ${arn ?? 'none'}, and had ${aim.arn}; its firewall is not put back. Nothing was changed.`,
  );
}

/** Returns `null` if the observed firewall and the firewall in the history have the same effect. */
export function compareWithHistory(
  { rules, ipAddressType }: ObservedFirewall,
  { status, gap, snapshot }: StateAt,
  renderTime: RenderTime,
): UnlikeHistory | null {
  if (gap !== null) return { why: `the history does not know it: ${describeGap(gap, renderTime)}`, diff: null };
  const known = firewallOf(snapshot);
  if (status !== 'known' || known === null) return { why: 'the history has no such instance now', diff: null };
  const diff = compareFirewalls(known, { rules, ipAddressType });
  return hasEffect(diff.verdict) ? { why: 'no scan has read it as it is', diff } : null;
}

export function refuseChangedMeanwhile(before: ObservedFirewall, after: ObservedFirewall, name: string): void {
  const diff = diffFirewalls(before.rules, after.rules);
  const changes = [
    ...(before.arn === after.arn ? [] : ['it is another instance']),
    ...(before.ipAddressType === after.ipAddressType ? [] : [`its addresses are now ${after.ipAddressType}`]),
    ...(diff.verdict === 'identical' ? [] : [describeChange(diff, 'opened', 'closed')]),
  ];
  if (changes.length === 0) return;
  throw new CommandError(
    `The firewall of ${name} changed after it was shown: ${changes.join('; ')}. Nothing was changed by this command; repeat it to see the new firewall.`,
  );
}
