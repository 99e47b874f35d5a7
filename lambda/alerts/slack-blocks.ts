/**
 * The blocks of a message for an incoming webhook (Block Kit). Slack accepts at most 50 blocks, 3,000 characters in a section, 150 in a
 * header, and about 13,000 in all blocks together ("msg_blocks_too_long", slackapi/bolt-js issue 2509).
 */
import { cutEscaped, renderSlackCodeBlock, renderSlackText } from './escape.ts';

export type SlackBlock =
  | { type: 'header'; text: { type: 'plain_text'; text: string; emoji: boolean } }
  | { type: 'section'; text: { type: 'mrkdwn'; text: string } }
  | { type: 'context'; elements: { type: 'mrkdwn'; text: string }[] };

/** Slack shows `text` in notifications. */
export interface SlackMessage {
  text: string;
  blocks: SlackBlock[];
  unfurl_links: false;
  unfurl_media: false;
}

/** Returns a message with the text in a code block, for a text of an unknown format, or for a message whose blocks Slack refused. */
export function renderSlackPlain(title: string, text: string): SlackMessage {
  const blocks: SlackBlock[] = [slackHeader(title)];
  const code = renderSlackCodeBlock(text);
  if (code !== '') blocks.push(slackSection(code));
  return slackMessage(title, blocks);
}

export function slackMessage(title: string, blocks: SlackBlock[]): SlackMessage {
  return { text: renderSlackText(title, 150), blocks, unfurl_links: false, unfurl_media: false };
}

/** Slack refuses an empty header. */
export function slackHeader(title: string): SlackBlock {
  const text = cutEscaped(renderSlackText(title, 149), 150).trim();
  return { type: 'header', text: { type: 'plain_text', text: text === '' ? 'Portwatch' : text, emoji: false } };
}

export function slackSection(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

export function slackContext(text: string): SlackBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
