/** Decides what alerts about gaps show: an instance that cannot be read, a region that cannot be listed, and the end of both. */
import type { Alert } from '../contract/json-event.ts';
import { type Channel, renderAt, sentence, type ViewPart } from './view-parts.ts';

export function unreadableParts({ failure, reason, changedAfter }: Alert, channel: Channel): ViewPart[] {
  return [
    sentence(
      failure === undefined
        ? `CAN'T BE READ: ${channel.text(reason, 500)}`
        : `CAN'T BE READ since ${renderAt(failure.since, channel)}: ${describeFailure(failure, channel)}`,
    ),
    sentence(
      `${changedAfter === null ? 'Its firewall was never read.' : `Its firewall was last confirmed at ${renderAt(changedAfter, channel)}.`} ` +
        'What can reach it now is unknown, not closed. You get an alert when it can be read again.',
    ),
  ];
}

export function describeFailureReason({ failure }: Alert): string {
  return failure === undefined ? '' : ` (${failure.reason})`;
}

/** True if the region is not enabled, and was never listed. */
export function wasNeverEnabled({ failure, changedAfter }: Alert): boolean {
  return failure?.reason === 'region-not-enabled' && changedAfter === null;
}

export function failedRegionParts(alert: Alert, channel: Channel): ViewPart[] {
  const { failure, changedAfter } = alert;
  if (wasNeverEnabled(alert)) {
    return [sentence('You get this alert once. A region that you enable later is watched from then on.')];
  }
  return [
    ...(failure === undefined
      ? []
      : [sentence(`Since ${renderAt(failure.since, channel)}: ${describeFailure(failure, channel)}`)]),
    sentence(
      `It was ${changedAfter === null ? 'never listed' : `last listed at ${renderAt(changedAfter, channel)}`}. ` +
        'While a region can not be listed, Portwatch detects no changes in it. ' +
        `You get an alert when it can be listed${changedAfter === null ? '' : ' again'}.`,
    ),
    ...(failure?.reason === 'access-denied' && changedAfter === null
      ? [
          sentence(
            'If the region is denied on purpose, set regions to the regions that you use. Without this setting, Portwatch tries the region again ' +
              'with growing pauses of up to an hour.',
          ),
        ]
      : []),
  ];
}

export function recoveryParts(
  verb: 'read' | 'listed',
  { failure, changedBefore }: Alert,
  channel: Channel,
): ViewPart[] {
  const again = `CAN BE ${verb.toUpperCase()} AGAIN, at ${renderAt(changedBefore, channel)}.`;
  if (failure === undefined) return [sentence(again)];
  const { since, reason } = failure;
  return [
    sentence(`${again} It could not be ${verb} since ${renderAt(since, channel)} (${channel.name(reason, 60)}).`),
  ];
}

function describeFailure({ reason, message }: NonNullable<Alert['failure']>, { text, name }: Channel): string {
  return `${name(reason, 60)}. ${text(message, 300)}`;
}
