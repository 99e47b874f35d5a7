import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { AccountSpot, BlindSpot } from '../questions/blind-spots.ts';
import type { RenderTime } from '../time/render-time.ts';
import { listSome } from './list-some.ts';
import { renderAccount } from './render-place.ts';

/** A clause without a full stop. */
function describeBlindSpot(spot: BlindSpot, renderTime: RenderTime): string {
  switch (spot.kind) {
    case 'account-not-entered':
      return `the account could not be entered since ${renderTime(spot.since)} (${renderPlain(spot.reason, 60)})`;
    case 'account-removed':
      return `the account has not been watched since ${renderTime(spot.since)} (${removals[spot.because] ?? renderPlain(spot.because, 60)})`;
    case 'account-not-scanned-yet':
      return `the first scan was at ${renderTime(spot.firstScanAt)}`;
    case 'organization-not-listed':
      return `the organisation cannot be listed since ${renderTime(spot.since)} (${renderPlain(spot.reason, 60)}), so accounts may be missing`;
    case 'no-scan':
      return spot.since === null ? 'no scan has ended yet' : `no scan has run since ${renderTime(spot.since)}`;
    case 'region-not-listed':
      return `${renderPlain(spot.region, 40)} could not be listed (${renderPlain(spot.reason, 60)}), so its instances are not known`;
    case 'instance-without-name':
      return `${renderPlain(spot.region, 40)} lists an instance without a name, so its firewall cannot be read`;
    case 'region-without-name':
      return 'Lightsail lists a region without a name, so its instances are not known';
    case 'item-not-read':
      return `the item of ${renderPlain(spot.item, 80)} cannot be read by this version of Portwatch (${renderPlain(spot.problem, 200)})`;
  }
}

const removals: Readonly<Record<string, string>> = {
  suspended: 'it is suspended or closed',
  left: 'it left the organisation',
  'not-configured': 'the configuration does not name it any more',
};

/** A clause names at most 3 accounts, and a text has at most 12 clauses. The output of `--json` has all. */
const [maxAccounts, maxClauses] = [3, 12];

/** `null`: there are no blind spots. */
export function describeMissing(
  spots: readonly AccountSpot[],
  renderTime: RenderTime,
  names: AccountNames,
): string | null {
  const clauses = describeClauses(spots, renderTime, names);
  return clauses === null ? null : `The answer is not complete: ${clauses}.`;
}

/** `null`: no blind spots. Equal clauses of several accounts are one clause. */
export function describeClauses(
  spots: readonly AccountSpot[],
  renderTime: RenderTime,
  names: AccountNames,
): string | null {
  if (spots.length === 0) return null;
  const groups = Map.groupBy(spots, (spot) => describeBlindSpot(spot, renderTime));
  const clauses = [...groups].map(([clause, own]) => `${describeAccounts(own, names)}${clause}`);
  const more = clauses.length > maxClauses ? [`and ${clauses.length - maxClauses} more, which --json lists`] : [];
  return [...clauses.slice(0, maxClauses), ...more].join('; ');
}

function describeAccounts(spots: readonly AccountSpot[], names: AccountNames): string {
  const labels = spots.flatMap(({ account }) => (account === undefined ? [] : [renderAccount(account, names)]));
  if (labels.length === 0) return '';
  return `${listSome(labels, maxAccounts)}${labels.length > maxAccounts ? ' accounts' : ''}: `;
}
