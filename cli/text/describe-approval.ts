import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Approval } from '../../lambda/approvals/approval.ts';
import { defaultRatingPolicy, type Reach, rankOpen } from '../../lambda/firewall/index.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { InstanceReach } from '../questions/approved-fleet.ts';
import type { RenderTime } from '../time/render-time.ts';
import { listReach } from './list-reach.ts';
import { describePlace } from './render-place.ts';

/** `web-1 in eu-west-1`, `web-* in every region`, `web-1 in eu-west-1 (this one instance, by its ARN)`. */
export function describeScope(scope: Pick<Approval, 'instance' | 'region' | 'account' | 'arn'>): string {
  const { instance, region, account, arn } = scope;
  const name = instance === null ? 'every instance' : renderPlain(instance, 80);
  const where = region === null ? (arn === null ? ' in every region' : '') : ` in ${renderPlain(region, 20)}`;
  const owner = account === null ? '' : ` of account ${renderPlain(account, 20)}`;
  return `${name}${where}${owner}${arn === null ? '' : ' (this one instance, by its ARN)'}`;
}

/** Describes an exposure in one line of text, the most severe part first. `maxLines`: the number of parts that are shown. */
export function describeExposure(reach: readonly Reach[], maxLines: number): string {
  return listReach(reach, rankOpen({ reach: [...reach], notes: [] }, defaultRatingPolicy), maxLines).join(', ');
}

/** `web-1 in eu-west-1: tcp 22 (SSH) from anywhere` */
export function describeInstanceReach(
  { resource, reach }: InstanceReach,
  maxLines: number,
  names: AccountNames,
): string {
  return `${describePlace(resource, names)}: ${describeExposure(reach, maxLines)}`;
}

/** `until 2027-01-31 23:59:59 UTC`, `without an end` */
export function describeEnd(until: string | null, renderTime: RenderTime): string {
  return until === null ? 'without an end' : `until ${renderTime(until)}`;
}
