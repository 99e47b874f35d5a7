/** Lines of a mail about who did it, and about what was open between two scans. */
import type { Alert } from '../contract/json-event.ts';
import { describeWho } from './describe-actor-lines.ts';
import { renderPlain } from './escape.ts';
import { renderSpan } from './instants.ts';

/** `sentence`: what stands before it on the same line. */
export function renderWhoLines(alert: Alert, sentence = ''): string[] {
  const { lead, calls, doubt } = describeWho(alert, renderPlain);
  const first = sentence === '' ? lead : `${sentence} ${lead}`;
  return [`  ${first}`, ...calls.map((call) => `    ${call}`), ...(doubt === null ? [] : [`  ${doubt}`])];
}

/** After the lines of what was open and what was shut. */
export function renderTransientLines(alert: Alert): string[] {
  const { changedAfter, changedBefore, opened, closed } = alert;
  const when = renderSpan(changedAfter, changedBefore);
  if (opened?.length === 0 && closed?.length === 0) {
    return renderWhoLines(alert, `CloudTrail has it ${when}; the scans before and after did not see it.`);
  }
  return renderWhoLines(
    alert,
    `It was so ${when}, as CloudTrail has it; the scans before and after did not see it. It is over.`,
  );
}

/** One or two lines: what was told, and who it was. */
export function renderAttributedLines(alert: Alert): string[] {
  const when = renderSpan(alert.changedAfter, alert.changedBefore);
  return [`  Told before: ${renderPlain(alert.reason, 300)}, ${when}.`, ...renderWhoLines(alert)];
}
