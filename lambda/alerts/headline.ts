/** An alert in the fewest words, for a subject or the top of a chat message. Outside text in it is as it came: escape it. */
import type { Alert } from '../contract/json-event.ts';
import {
  defaultRatingPolicy,
  describeReach,
  type Phrase,
  type Reach,
  rateChange,
  rateExposure,
  severities,
} from '../firewall/index.ts';
import { countOf } from './count-of.ts';
import { nameActors } from './describe-actor-lines.ts';
import { renderOnce } from './render-once.ts';

/** `tcp 22 opened to anywhere`; without the instance's name, the region or the severity. */
export const renderHeadline = renderOnce((alert): string => {
  switch (alert.kind) {
    case 'monitoring-started':
      return renderStart([alert]);
    case 'firewall-changed':
      return renderChange(alert);
    case 'firewall-flapped':
      return renderTransientChange(alert);
    case 'attributed':
      return `${alert.reason}, by ${nameActors(alert) ?? 'nobody known'}`;
    case 'attribution-denied':
      return 'who makes changes can not be looked up';
    case 'instance-appeared':
      return `${alert.replaces === undefined ? 'new instance' : 'replaced by a new instance'}, ${renderOpen(alert)}`;
    case 'instance-gone':
      return 'instance is gone';
    case 'unreadable':
      return `firewall can't be read${renderFailureReason(alert)}`;
    case 'readable-again':
      return 'firewall can be read again';
    case 'region-unreadable':
      return alert.failure?.reason === 'region-not-enabled'
        ? 'region is not enabled, not watched'
        : `region can't be listed${renderFailureReason(alert)}`;
    case 'region-readable-again':
      return 'region can be listed again';
    default:
      return alert.reason === '' ? String(alert.kind) : alert.reason;
  }
});

/** One sentence for all the regions in which watching started with the same scan. */
export function renderStart(alerts: readonly Alert[]): string {
  const inhabited = alerts.filter(({ summary }) => (summary?.instancesListed ?? 0) > 0);
  const [only] = inhabited.length === 0 ? alerts : inhabited;
  const count = alerts.reduce((sum, { summary }) => sum + (summary?.instancesListed ?? 0), 0);
  const regions = inhabited.length === 0 ? alerts.length : inhabited.length;
  const where = regions === 1 && only !== undefined ? only.region : `${regions} regions`;
  return `watching ${count} ${count === 1 ? 'instance' : 'instances'} in ${where}`;
}

function renderFailureReason({ failure }: Alert): string {
  return failure === undefined ? '' : ` (${failure.reason})`;
}

function renderChange(alert: Alert): string {
  const { opened, closed, verdict } = alert;
  const widest = opened === null ? null : findWorstPhrase(opened, alert);
  if (widest !== null) return `${widest.what} opened to ${widest.from}`;
  const narrowed = closed === null ? null : findWorstPhrase(closed, { ...alert, notes: [] });
  return narrowed === null ? `firewall ${verdict ?? 'changed'}` : `${narrowed.what} no longer open to ${narrowed.from}`;
}

/** It is over, and the headline says so, lest somebody closes what is closed. */
function renderTransientChange(alert: Alert): string {
  const { opened, closed, changedAfter, changedBefore } = alert;
  const within = renderLength((Date.parse(changedBefore) - Date.parse(changedAfter ?? '')) / 1_000);
  const widest = opened === null ? null : findWorstPhrase(opened, alert);
  if (widest !== null) return `${widest.what} open to ${widest.from}${within}, then closed again`;
  const shut = closed === null ? null : findWorstPhrase(closed, { ...alert, notes: [] });
  if (shut !== null) return `${shut.what} closed to ${shut.from}${within}, then open again`;
  return opened === null || closed === null
    ? `firewall changed and changed back${within}`
    : "calls between two scans, can't be told what was open";
}

function renderLength(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 2) return ' for a second';
  if (seconds < 120) return ` for ${countOf(Math.round(seconds), 'second')}`;
  return seconds < 7_200
    ? ` for ${countOf(Math.round(seconds / 60), 'minute')}`
    : ` for ${countOf(Math.round(seconds / 3_600), 'hour')}`;
}

function renderOpen(alert: Alert): string {
  const { opened } = alert;
  const widest = opened === null ? null : findWorstPhrase(opened, alert);
  if (widest !== null) return `${widest.what} open to ${widest.from}`;
  return opened === null ? 'its firewall is in the table' : 'nothing open';
}

/** Enough to find the worst among; a firewall has at most 60 sources a family, and a headline has room for one. */
const maxRated = 200;

/** The first of the worst, without the name of the service and the spelling of "anywhere": a headline is short. */
function findWorstPhrase(reach: readonly Reach[], alert: Alert): Phrase | null {
  const whole = describeReach(reach, { maxLines: 2, maxSources: 1 });
  const phrases =
    whole.phrases.length === 1 ? whole.phrases : describeReach(pickWorst(reach, alert), { maxSources: 1 }).phrases;
  const [first] = phrases;
  if (first === undefined) return null;
  return {
    what: first.what.replace(/ \([^()]*\)$/, ''),
    from: first.from.replace(/^anywhere \((0\.0\.0\.0\/0|::\/0)\)$/, 'anywhere'),
  };
}

function pickWorst(reach: readonly Reach[], { kind, notes }: Alert): Reach[] {
  let worst: { reach: Reach; rank: number } | null = null;
  for (const each of reach.slice(0, maxRated)) {
    const change = { opened: [each], closed: [], before: [], after: [each], notes: notes ?? [] };
    const exposure = { reach: [each], dormant: [], notes: notes ?? [] };
    const rating =
      kind === 'instance-appeared'
        ? rateExposure(exposure, defaultRatingPolicy)
        : rateChange(change, defaultRatingPolicy);
    const rank = severities.indexOf(rating.severity);
    if (worst === null || rank < worst.rank) worst = { reach: each, rank };
  }
  return worst === null ? [] : [worst.reach];
}
