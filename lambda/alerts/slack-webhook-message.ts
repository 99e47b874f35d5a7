/** Renders a message of the alert topic or of the health topic for Slack: a digest, an alarm, or the text of an unknown format. */
import { parseDigest } from '../contract/json-event.ts';
import { parseJson } from '../contract/parse-json.ts';
import { type Alarm, isFirstOk, parseAlarm } from './alarm-message.ts';
import { cutEscaped, renderSlackCode, renderSlackText } from './escape.ts';
import {
  renderSlackPlain,
  type SlackMessage,
  slackContext,
  slackHeader,
  slackMessage,
  slackSection,
} from './slack-blocks.ts';
import { renderSlackDigest } from './slack-digest-message.ts';

export const defaultTitle = 'A message from Portwatch';

/** `subject`: the subject of the SNS message. `null`: the message is not posted, because a new alarm became OK for the first time. */
export function renderSlackWebhookMessage(text: string, subject: string | null): SlackMessage | null {
  const value = parseJson(text);
  const digest = parseDigest(value);
  if (digest !== null) return renderSlackDigest(digest);
  const alarm = parseAlarm(value);
  if (alarm !== null) return isFirstOk(alarm) ? null : renderSlackAlarm(alarm);
  return renderSlackPlain(subject ?? defaultTitle, text);
}

const stateWords: ReadonlyMap<string, { emoji: string; word: string }> = new Map([
  ['ALARM', { emoji: ':rotating_light:', word: 'Portwatch needs attention' }],
  ['OK', { emoji: ':white_check_mark:', word: 'Portwatch works again' }],
]);

function renderSlackAlarm({ name, description, state, reason, changedAt, region, account }: Alarm): SlackMessage {
  const { emoji, word } = stateWords.get(state) ?? {
    emoji: ':grey_question:',
    word: 'Portwatch has an alarm without data',
  };
  const title = `${word}: ${name}`;
  const lines = [
    `${emoji} *${renderSlackText(state, 40)}* ${renderSlackCode(name, 255)}`,
    ...(description === '' ? [] : [renderSlackText(description, 600)]),
    ...(reason === '' ? [] : [renderSlackText(reason, 400)]),
  ];
  const where = [changedAt, region, account === '' ? '' : `account ${account}`].filter((each) => each !== '');
  const blocks = [slackHeader(title), slackSection(cutEscaped(lines.join('\n'), 2_990))];
  if (where.length === 0) return slackMessage(title, blocks);
  return slackMessage(title, [...blocks, slackContext(renderSlackText(where.join('  '), 200))]);
}
