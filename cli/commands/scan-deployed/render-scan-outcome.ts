import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import type { RatingPolicy } from '../../../lambda/firewall/index.ts';
import { describeEntry } from '../../text/describe-entry.ts';
import { buildListChange } from '../../text/list-change.ts';
import { listSome } from '../../text/list-some.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';
import { isWhole } from './decide-exit-code.ts';
import type { ScanOutcome } from './scan-outcome.ts';

/** The highest number of instances in a list. `--json` has no limit. */
const maxNames = 10;

export function renderScanOutcome(
  outcome: ScanOutcome,
  policy: RatingPolicy,
  renderTime: RenderTime,
  { out }: Terminal,
): string {
  const { result, scan, changes, functionName } = outcome;
  const name = renderPlain(functionName, 100);
  if (result.skipped)
    return `Another scan was running, so ${name} did nothing; repeat the command when that one is over: it takes seconds to minutes.`;
  if (result.accountsQueued !== undefined)
    return `${name}: a pass over ${renderCount(result.accountsQueued, 'account')} has begun; npm run portwatch -- status shows when it is over, and what it found.`;
  const { instancesRead, instancesListed, complete, alerts } = result;
  const coverage = `${name}: read ${instancesRead} of ${renderCount(instancesListed, 'instance')}, ${complete ? 'complete' : 'not complete'}; ${renderCount(alerts, 'alert')} sent.`;
  const list = buildListChange(policy);
  const recorded = changes.map((step) => describeEntry(step, renderTime, out, list, null));
  return [
    ...recorded,
    ...(recorded.length > 0
      ? []
      : [isWhole(outcome) ? 'Nothing changed.' : 'No change was found, but the answer is not complete.']),
    ...(scan === null
      ? ['The scan left no note of itself in the table, so what it recorded is not known here.']
      : [...describeMissing(scan.changes - changes.length), ...describeUnread(scan)]),
    coverage,
  ].join('\n\n');
}

function describeMissing(missing: number): string[] {
  if (missing <= 0) return [];
  return [`${renderCount(missing, 'recorded change')} missing here; npm run portwatch -- history lists all of them.`];
}

function describeUnread({ notRead, regionsFailed }: NonNullable<ScanOutcome['scan']>): string[] {
  const names = notRead.map((key) => renderPlain(key.replace(/^([^#]*)#(.*)$/, '$2 ($1)'), 100));
  const regions = Object.entries(regionsFailed).map(([region, reason]) => renderPlain(`${region} (${reason})`, 100));
  return [
    ...(names.length === 0 ? [] : [`Could not be read: ${listSome(names, maxNames)}.`]),
    ...(regions.length === 0 ? [] : [`Regions that could not be listed: ${regions.join(', ')}.`]),
  ];
}
