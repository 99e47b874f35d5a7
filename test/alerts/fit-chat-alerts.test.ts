import { expect, test } from '@jest/globals';
import { fitChatAlerts } from '../../lambda/alerts/fit-chat-alerts.ts';
import { RenderedAlerts } from '../../lambda/alerts/rendered-alerts.ts';
import { changeAlert, context, http, sshToWorld } from './fixtures.ts';

/** Alerts with the given lengths in full, and 50 characters as a line. */
class Fixed extends RenderedAlerts {
  override slack([{ alertId }]: Parameters<RenderedAlerts['slack']>[0]): string {
    return 'x'.repeat(Number(alertId));
  }

  override slackLine(): string {
    return '-'.repeat(50);
  }
}

const alert = changeAlert([http], [http, sshToWorld]);
const lengthsOf = (lengths: number[], maxLength: number, maxSections: number) =>
  fitChatAlerts(
    lengths.map((length) => [{ ...alert, alertId: String(length) }] as const),
    new Fixed(context),
    { maxLength, maxSections },
  ).map(({ length }) => length);

test.each<[string, number[], number, number, number[]]>([
  ['all in full where they fit', [400, 400], 804, 48, [400, 400]],
  ['the worst in full and a line for the other, where one character is missing', [400, 400], 803, 48, [400, 50]],
  ['as many in full as leave room for the lines', [400, 400, 400, 400], 1_300, 48, [400, 400, 101]],
  ['six sections fewer in full than a message takes', Array(9).fill(100), 5_000, 8, [100, 100, 356]],
])('a message has %s', (_title, lengths, maxLength, maxSections, sections) => {
  expect(lengthsOf(lengths, maxLength, maxSections)).toEqual(sections);
});
