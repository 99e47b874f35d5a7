/** Describes the approved part of an alert's exposure, with approver, end and reason. */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, rankOpen, renderPhrase, subtractReach } from '../firewall/index.ts';
import { renderCount } from './render-count.ts';
import { renderInstant } from './render-instant.ts';
import { type Channel, sentence, type ViewPart } from './view-parts.ts';

type Approved = NonNullable<Alert['approved']>;
type Part = Approved['opened'][number];

const maxApprovals = 5;

/**
 * Keeps only the unapproved part of the opened exposure, for the headline. If nothing opened would remain, and nothing closed, the alert is
 * returned unchanged, so that the headline has something to name.
 */
export function withoutApproved<T extends Alert>(alert: T): T {
  const { opened, closed, approved } = alert;
  const reach = approved?.opened.flatMap((part) => part.reach ?? []) ?? [];
  if (opened === null || reach.length === 0) return alert;
  const rest = subtractReach(opened, reach);
  return rest.length === 0 && closed?.length === 0 ? alert : { ...alert, opened: rest };
}

export function approvedParts({ approved }: Alert, channel: Channel): ViewPart[] {
  if (approved === undefined) return [];
  const { opened, closed, isComplete } = approved;
  const parts = [
    ...opened.map((part) => describePart('Approved', part, channel)),
    ...closed.map((part) => describePart('What closed was approved', part, channel)),
  ];
  const more = parts.length - maxApprovals;
  return [
    ...parts.slice(0, maxApprovals).map((part) => sentence(part)),
    ...(more > 0 ? [sentence(`and ${renderCount(more, 'more approval')}`)] : []),
    ...(isComplete
      ? []
      : [sentence('Some approvals could not be read. What they approve counts as not approved in this alert.')]),
  ];
}

function describePart(lead: string, part: Part, channel: Channel): string {
  const { id, by, reason, until, reach } = part;
  const { text, name } = channel;
  const end = until === null ? '' : ` until ${text(renderInstant(until), 60)}`;
  const what = reach === null ? 'a part of it' : describeExposure(reach, channel);
  return `${lead}: ${what}. By ${name(by, 120)}${end}: ${text(reason, 200)} (approval ${name(id, 80)}).`;
}

export function describeExposure(
  reach: NonNullable<Part['reach']>,
  { name, isBrief, maxSources, policy }: Channel,
): string {
  const ranking = rankOpen({ reach, notes: [] }, policy);
  const { phrases, more } = describeReach(reach, ranking, { maxLines: isBrief ? 3 : 8, maxSources });
  const shown = phrases.map((phrase) => name(renderPhrase(phrase), 400));
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
