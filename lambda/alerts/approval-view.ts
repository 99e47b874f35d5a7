/** Decides what the alerts about approvals and the reminders show. */
import type { Alert } from '../contract/json-event.ts';
import { describeReach, type RatingPolicy, rankOpen, renderPhrase } from '../firewall/index.ts';
import { describeExposure } from './describe-approved-part.ts';
import type { ShowText } from './describe-attribution.ts';
import { renderCount } from './render-count.ts';
import { renderInstant } from './render-instant.ts';
import { type Channel, maxBriefLines, openInstanceLine, sentence, type ViewPart } from './view-parts.ts';

type Approval = NonNullable<Alert['approval']>;

const asItIs: ShowText = (text) => text;

/** Returns text like `approved: tcp 22 (SSH) from 198.51.100.0/24 on web-* in every region`. The caller must escape the text. */
export function approvedHeadline({ approval, reason }: Alert, policy: RatingPolicy): string {
  if (approval === undefined) return reason;
  return `approved: ${summarise(approval, policy)} on ${describeScope(approval, asItIs)}`;
}

/** Returns text like `approval ended, still open on web-1 and 2 more: tcp 22 (SSH) from anywhere`. The caller must escape the text. */
export function overHeadline(
  { approval, reason, stillOpen = [], stillOpenMore = 0, kind }: Alert,
  policy: RatingPolicy,
): string {
  if (approval === undefined) return reason;
  const over = kind === 'approval-ended' ? 'approval ended' : 'approval revoked';
  const [first] = stillOpen;
  if (first === undefined) return `${over}, nothing that it covered is open without approval`;
  const more = stillOpen.length - 1 + stillOpenMore;
  return `${over}, still open on ${first.instanceName}${more > 0 ? ` and ${more} more` : ''}: ${summarise(approval, policy)}`;
}

export function approvalHeading({ approval }: Alert, { text, name }: Channel, count: number): string[] {
  if (approval === undefined) return [];
  if (count > 1) return [`${count} approvals by ${name(approval.by, 120)}`];
  return [`approval ${name(approval.id, 80)} for ${describeScope(approval, text)}`];
}

export function madeParts(group: readonly Alert[], channel: Channel): ViewPart[] {
  const approvals = group.flatMap(({ approval }) => approval ?? []);
  const [first] = approvals;
  if (first === undefined) return [];
  const { text, name, isBrief } = channel;
  const lines = approvals.slice(0, isBrief ? maxBriefLines : 50).map((approval) => {
    const on = approvals.length > 1 ? ` on ${describeScope(approval, text)} (approval ${name(approval.id, 80)})` : '';
    return `${describeApprovedExposure(approval, channel)}${on}`;
  });
  const more = approvals.length - lines.length;
  return [
    sentence(`APPROVED by ${name(first.by, 120)}${describeTime(first, channel)}. Why: ${text(first.reason, 200)}.`, [
      ...lines,
      ...(more > 0 ? [`and ${more} more`] : []),
    ]),
    sentence('While this approval is in force, no alert is sent if this exposure opens on these instances.'),
    sentence(
      first.origin === 'command'
        ? `If you do not agree: portwatch revoke ${approvals.length > 1 ? 'with the id of the approval' : text(first.id, 80)}`
        : 'If you do not agree, remove the approval from the setting approved, and deploy.',
    ),
  ];
}

export function overParts(alert: Alert, channel: Channel): ViewPart[] {
  const { approval, kind, stillOpen = [] } = alert;
  if (approval === undefined) return [];
  const { text, name } = channel;
  const { revoked, until, by, reason } = approval;
  const why = revoked?.reason ? `: ${text(revoked.reason, 200)}` : '';
  const over =
    kind === 'approval-ended'
      ? `ENDED${until === null ? '' : ` at ${text(renderInstant(until), 60)}`}.`
      : `REVOKED by ${name(revoked?.by ?? 'somebody', 120)}${why}.`;
  return [
    sentence(
      `${over} It approved ${describeApprovedExposure(approval, channel)} (${name(by, 120)}: ${text(reason, 200)}).`,
    ),
    ...(stillOpen.length === 0
      ? [sentence('The exposure that it covered is closed now, or other approvals cover it.')]
      : [
          sentence('Still open, and not approved any more:'),
          ...openLines(alert, channel),
          sentence('Close it, or approve it again.'),
        ]),
  ];
}

export function stillOpenParts(alert: Alert, channel: Channel): ViewPart[] {
  return [
    sentence('Open, and not approved:'),
    ...openLines(alert, channel),
    sentence(
      'This reminder comes again while anything of this severity is open and not approved. Close it, approve it with portwatch approve, ' +
        'or change reminders in the configuration.',
    ),
  ];
}

export function unreadableApprovalParts({ reason, details }: Alert, { text, name }: Channel): ViewPart[] {
  return [
    sentence(`THE APPROVAL ${name(details.sk, 120)} CAN NOT BE READ, so it approves nothing: ${text(reason, 500)}.`),
    sentence(
      'Revoke it and approve again, or install the version of Portwatch that wrote it. You get this alert once.',
    ),
  ];
}

function openLines({ stillOpen = [], stillOpenMore = 0 }: Alert, channel: Channel): ViewPart[] {
  const { text, isBrief } = channel;
  const shown = stillOpen.slice(0, isBrief ? maxBriefLines : undefined);
  const more = stillOpen.length - shown.length + stillOpenMore;
  return [
    ...shown.map((one) => {
      const what = one.reach === null ? text(one.reason, 300) : describeExposure(one.reach, channel);
      return openInstanceLine(one, what, 'its firewall is unchanged', channel);
    }),
    ...(more > 0 ? [sentence(`  and ${more} more`)] : []),
  ];
}

function describeApprovedExposure({ exposure }: Approval, channel: Channel): string {
  return exposure === null ? 'an exposure that is too long for this message' : describeExposure(exposure, channel);
}

function describeTime({ from, until }: Approval, { text }: Channel): string {
  const begin = from === null ? '' : ` from ${text(renderInstant(from), 60)}`;
  return `${begin}${until === null ? ', without an end' : ` until ${text(renderInstant(until), 60)}`}`;
}

/** Returns text like `web-* in every region`. If the approval is bound to an ARN, the text names the ARN. */
function describeScope({ instance, region, account, arn }: Approval, show: ShowText): string {
  const what = instance === null ? (arn === null ? 'every instance' : 'the instance') : show(instance, 80);
  const bound = arn === null ? '' : ` (${show(arn, 120)})`;
  const where = arn !== null ? '' : region === null ? ' in every region' : ` in ${show(region, 40)}`;
  return `${what}${bound}${where}${account === null || arn !== null ? '' : ` of account ${show(account, 40)}`}`;
}

/** The worst line of the approved exposure, and the number of other lines. */
function summarise({ exposure }: Approval, policy: RatingPolicy): string {
  if (exposure === null) return 'its exposure';
  const ranking = rankOpen({ reach: exposure, notes: [] }, policy);
  const { phrases, more } = describeReach(exposure, ranking, { maxLines: 1, maxSources: 1 });
  return `${phrases.map(renderPhrase).join('')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function stillOpenHeadline({ severity, stillOpen = [], stillOpenMore = 0 }: Alert): string {
  return `still open and not approved: ${renderCount(stillOpen.length + stillOpenMore, 'instance')} with ${severity} exposure`;
}
