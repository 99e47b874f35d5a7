/**
 * Decides what the alert about the first listing of a region shows. Also decides what the later alert shows about an instance that could
 * not be read during the first listing.
 */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, rankOpen, rateExposure, renderPhrase } from '../firewall/index.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { openParts } from './firewall-view.ts';
import { renderCount } from './render-count.ts';
import { type Channel, sentence, type ViewPart } from './view-parts.ts';

/** One headline for all regions of the same scan. */
export function describeStart(alerts: readonly Alert[]): string {
  const inhabited = alerts.filter((alert) => (alert.summary?.instancesListed ?? 0) > 0);
  const [first] = inhabited.length === 0 ? alerts : inhabited;
  const count = alerts.reduce((sum, { summary }) => sum + (summary?.instancesListed ?? 0), 0);
  const regions = inhabited.length === 0 ? alerts.length : inhabited.length;
  const where = regions === 1 && first !== undefined ? first.region : renderCount(regions, 'region');
  return `watching ${renderCount(count, 'instance')} in ${where}`;
}

export function isEmptyStart({ summary }: Alert): boolean {
  return summary?.instancesListed === 0;
}

export function startParts({ summary, region }: Alert, { text, name, isBrief, maxLines, policy }: Channel): ViewPart[] {
  if (summary === undefined) return [sentence(`The table has the instances and firewalls of ${text(region, 40)}.`)];
  const { worst, more, instancesListed, instancesRead } = summary;
  const rated = worst.map(({ instanceName, severity, exposure: reach, hasApproved }): ViewPart => {
    // A summary has no notes, so only a severity that differs from the exposure's severity shows that a rule is not understood.
    const hasUnknownField = rateExposure({ reach, dormant: [], notes: [] }, policy).severity !== severity;
    const ranking = { ...rankOpen({ reach, notes: [] }, policy), hasUnknownField };
    const described = describeReach(reach, ranking, {
      maxLines: maxLines.worst,
      maxSources: 2,
    });
    const open = described.phrases.map((phrase) => name(renderPhrase(phrase), 400));
    if (described.more > 0) open.push(`${described.more} more`);
    if (hasApproved) open.push(open.length === 0 ? 'only what is approved' : 'and what is approved');
    const what = open.length === 0 ? 'nothing reaches it' : open.join('; ');
    return { part: 'rated', severity, text: `${name(instanceName, 80)}   ${what}` };
  });
  const unread = instancesListed - instancesRead;
  return [
    ...rated,
    ...(more > 0 ? [sentence(`and ${more} more${worst.length > 0 ? ', none of them worse' : ''}`)] : []),
    ...(unread > 0
      ? [sentence(`${unread} of ${instancesListed} could not be read yet; you get an alert if this continues.`)]
      : []),
    ...(isBrief ? [] : [sentence('From now on you get an alert when this changes.')]),
  ];
}

export function firstReadParts(alert: DecidedAlert, channel: Channel): ViewPart[] {
  return [
    sentence('READ FOR THE FIRST TIME. The alert about the first listing of its region did not include it.'),
    ...openParts(alert, channel),
  ];
}
