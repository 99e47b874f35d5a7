/** Decides what the alerts about a whole account, and about the listing of the organisation, show. */
import type { Alert } from '../contract/json-event.ts';
import { renderInstant } from './render-instant.ts';
import { type Channel, sentence, type ViewPart } from './view-parts.ts';

const remedy =
  'If access is denied, the role of the account does not exist, or it does not trust the role of the monitor, or it has another external ' +
  'id, or the account is suspended: deploy the member template there again, or take the account out of the configuration.';

export function accountFailureParts({ failure, reason }: Alert, channel: Channel): ViewPart[] {
  return [
    sentence(describeFailure(reason, failure, channel)),
    sentence(
      'In this account Portwatch detects no changes until it can be entered: what can reach its instances now is unknown, not closed. ' +
        'Its last known state stays in the history. The other accounts are scanned. You get an alert when it can be entered.',
    ),
    sentence(remedy),
  ];
}

export function organizationFailureParts({ failure, reason }: Alert, channel: Channel): ViewPart[] {
  return [
    sentence(describeFailure(reason, failure, channel)),
    sentence(
      'The accounts that are known are scanned. New accounts are not watched, and names are not updated, until it can be listed. ' +
        'You get an alert then.',
    ),
    sentence('Only the management account of the organisation, or a delegated administrator, can list it.'),
  ];
}

/** `what`: `entered` or `listed`. */
export function accountRecoveryParts(what: string, { failure, changedBefore }: Alert, channel: Channel): ViewPart[] {
  const since =
    failure === undefined ? '' : ` It could not be ${what} since ${channel.text(renderInstant(failure.since), 80)}.`;
  return [sentence(`At ${channel.text(renderInstant(changedBefore), 80)}.${since}`)];
}

function describeFailure(reason: string, failure: Alert['failure'], { text }: Channel): string {
  if (failure === undefined) return `${text(reason, 300)}.`;
  const { since, message, reason: code } = failure;
  return `Since ${text(renderInstant(since), 80)}: ${text(code, 40)}. ${text(message, 400)}`;
}
