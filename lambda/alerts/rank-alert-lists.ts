/** Ranks the elements of an alert's lists by severity, from fields of the JSON event, so that mail and Slack have the same order. */
import type { Alert } from '../contract/json-event.ts';
import {
  exposureOf,
  type Ranking,
  type RatingPolicy,
  type Reach,
  rankClosed,
  rankOpen,
  rankOpened,
} from '../firewall/index.ts';

/** Caches, because each channel renders the same alert, and the exposure of a large firewall takes long. */
const exposures = new WeakMap<Alert, { after: Reach[] | null }>();
const rankings = new WeakMap<Alert, { policy: RatingPolicy; opened?: Ranking; closed?: Ranking }>();

/** The whole exposure after the change. `null`: the rules were too large for the message, or the alert is about no lasting change. */
export function exposureAfter(alert: Alert): Reach[] | null {
  if (alert.kind === 'instance-gone') return [];
  if (hasWholeExposure(alert)) return alert.opened;
  const known = exposures.get(alert) ?? { after: readRulesAfter(alert) };
  exposures.set(alert, known);
  return known.after;
}

function readRulesAfter({ rulesAfter, instance }: Alert): Reach[] | null {
  return rulesAfter === null ? null : exposureOf({ rules: rulesAfter, ipAddressType: instance?.ipAddressType }).reach;
}

/** True if `opened` is the whole exposure of an instance. */
function hasWholeExposure({ kind }: Alert): boolean {
  return kind === 'instance-appeared' || kind === 'monitoring-started';
}

export function rankingOf(alert: Alert, side: 'opened' | 'closed', policy: RatingPolicy): Ranking {
  const cached = rankings.get(alert);
  const known = cached?.policy === policy ? cached : { policy };
  rankings.set(alert, known);
  known[side] ??= rank(alert, side, policy);
  return known[side];
}

function rank(alert: Alert, side: 'opened' | 'closed', policy: RatingPolicy): Ranking {
  const notes = alert.notes ?? [];
  const opened = alert.opened ?? [];
  if (hasWholeExposure(alert)) return rankOpen({ reach: opened, notes }, policy);
  const after = exposureAfter(alert);
  return side === 'opened'
    ? rankOpened({ opened, after, notes }, policy)
    : rankClosed({ closed: alert.closed ?? [], after }, policy);
}
