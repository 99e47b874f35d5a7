/** Decides what the weekly digest shows. Slack gets the first lines of each list, the mail all lines. */
import type { OpenGap, WeekCounts, WeekSummary } from '../contract/json-event.ts';
import { renderDuration, severities } from '../firewall/index.ts';
import { showAccount } from './account-of-alert.ts';
import { renderCount } from './render-count.ts';
import { renderDay, renderInstant } from './render-instant.ts';
import { type Channel, maxBriefLines, openInstanceLine, sentence, type ViewPart } from './view-parts.ts';
import { sumChanges } from './weekly-digest-alert.ts';

/** `from 16 November 2026 to 23 November 2026` */
export function weekHeading({ from, until }: WeekSummary): string {
  return `from ${renderDay(from)} to ${renderDay(until)}`;
}

export function weekParts(reason: string, week: WeekSummary, channel: Channel): ViewPart[] {
  const {
    counts,
    openToWorld,
    openToWorldMore,
    gaps,
    gapsMore,
    subscriptions,
    ranOut = [],
    approvalsInForce = 0,
  } = week;
  const lead = `Open to the world and critical or high${approvalsInForce > 0 ? ', and not approved' : ''}:`;
  const { text, isBrief } = channel;
  const parts: ViewPart[] = [
    sentence(`${text(reason.charAt(0).toUpperCase() + reason.slice(1), 500)}.`),
    ...(counts === null
      ? [sentence('Scans and changes: not counted, because the table could not be read.')]
      : countParts(counts)),
    ...(openToWorld.length > 0
      ? [
          sentence(lead),
          ...openToWorld
            .slice(0, isBrief ? maxBriefLines : undefined)
            .map((each) => openInstanceLine(each, text(each.reason, 300), 'unchanged', channel)),
          ...moreParts(openToWorld.length + openToWorldMore, openToWorld.length, isBrief),
        ]
      : [sentence(`${lead} nothing.`)]),
    ...(approvalsInForce > 0
      ? [sentence(`${renderCount(approvalsInForce, 'approval')} in force; what they cover is not in this list.`)]
      : []),
    ...(gaps.length > 0
      ? [
          sentence(
            "Can't be read, so changes there are not detected:",
            gaps.slice(0, isBrief ? maxBriefLines : undefined).map((each) => describeGap(each, channel)),
          ),
          ...moreParts(gaps.length + gapsMore, gaps.length, isBrief),
        ]
      : []),
    ...(subscriptions === null ? [] : [sentence(describeSubscriptions(subscriptions))]),
    ...ranOut.map((each) =>
      sentence(`An expected change ended, because its configured time is over: ${text(each, 200)}.`),
    ),
  ];
  return isBrief
    ? parts
    : [
        ...parts,
        sentence('This mail comes once a week. If it does not come, Portwatch is not running: docs/runbook.md.'),
      ];
}

function countParts(counts: WeekCounts): ViewPart[] {
  const { scans, completeScans, longestSilenceSeconds, changes, expectedChanges, rewritten, unannounced = 0 } = counts;
  const incomplete = scans - completeScans;
  const bySeverity = severities.filter((severity) => changes[severity] > 0);
  const list = bySeverity.map((severity) => `${changes[severity]} ${severity}`).join(', ');
  const notSent = [
    ...(expectedChanges > 0 ? [`${expectedChanges} expected, not sent`] : []),
    ...(rewritten > 0 ? [`${rewritten} rewritten without effect, not sent`] : []),
  ];
  return [
    sentence(
      `Scans: ${scans}, ${incomplete === 0 ? 'all complete' : `${incomplete} incomplete`}; ` +
        `the longest time without a complete scan: ${renderDuration(longestSilenceSeconds)}.`,
    ),
    sentence(
      `Changes: ${sumChanges(counts)}${list === '' ? '' : ` (${list})`}${notSent.map((each) => `; ${each}`).join('')}.`,
    ),
    ...(unannounced === 0
      ? []
      : [
          sentence(
            `${renderCount(unannounced, 'change')} found by scans without an event: events need a CloudTrail trail that ` +
              'logs management events in that region (docs/configuration.md#events).',
          ),
        ]),
  ];
}

function describeGap({ region, instanceName, reason, since, ...own }: OpenGap, { text, name }: Channel): string {
  const what = instanceName === null ? 'the region' : name(instanceName, 80);
  return `${showAccount(own, text)}${what}  ${text(region, 40)}   since ${text(renderInstant(since), 60)}: ${name(reason, 60)}`;
}

function describeSubscriptions({ confirmed, pending, deleted }: NonNullable<WeekSummary['subscriptions']>): string {
  const rest = [
    ...(pending > 0 ? [`${pending} not confirmed, so no alerts are sent to them`] : []),
    ...(deleted > 0 ? [`${deleted} removed recently`] : []),
  ];
  return `Subscriptions to alerts: ${[`${confirmed} confirmed`, ...rest].join('; ')}.`;
}

function moreParts(total: number, listed: number, isBrief: boolean): ViewPart[] {
  const more = total - Math.min(listed, isBrief ? maxBriefLines : listed);
  return more === 0 ? [] : [{ part: 'sentence', text: `  and ${more} more` }];
}
