/** Decides what the alerts about a whole account, and about the listing of the organisation, show. */
import type { Alert } from '../contract/json-event.ts';
import { renderInstant } from './render-instant.ts';
import { type Channel, sentence, type ViewPart } from './view-parts.ts';

const remedy =
  'If access is denied, the account is suspended, or the role in the account does not exist, does not trust the role of the monitor, or ' +
  'has another external id. Deploy the member template in the account again, or remove the account from the configuration.';

export function accountFailureParts({ failure, reason }: Alert, channel: Channel): ViewPart[] {
  return [
    sentence(describeFailure(reason, failure, channel)),
    sentence(
      'Portwatch detects no changes in this account until the account can be entered. What can reach its instances now is unknown, not ' +
        'closed. Its last known state stays in the history. The other accounts are scanned. You get an alert when the account can be entered.',
    ),
    sentence(remedy),
  ];
}

export function organizationFailureParts({ failure, reason }: Alert, channel: Channel): ViewPart[] {
  return [
    sentence(describeFailure(reason, failure, channel)),
    sentence(
      'The accounts that are known are scanned. New accounts are not watched, and names are not updated, until the organisation can be ' +
        'listed. You get an alert when it can be listed.',
    ),
    sentence('Only the management account of the organisation, or a delegated administrator, can list it.'),
  ];
}

export function accountRecoveryParts(
  verb: 'entered' | 'listed',
  { failure, changedBefore }: Alert,
  channel: Channel,
): ViewPart[] {
  const since =
    failure === undefined ? '' : ` It could not be ${verb} since ${channel.text(renderInstant(failure.since), 80)}.`;
  return [sentence(`At ${channel.text(renderInstant(changedBefore), 80)}.${since}`)];
}

function describeFailure(reason: string, failure: Alert['failure'], { text }: Channel): string {
  if (failure === undefined) return `${text(reason, 300)}.`;
  const { since, message, reason: code } = failure;
  return `Since ${text(renderInstant(since), 80)}: ${text(code, 40)}. ${text(message, 400)}`;
}
