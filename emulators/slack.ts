/**
 * A receiver of Slack incoming webhooks on loopback: `POST <webhookUrl>` answers 200 `ok` and stores the body. It refuses what Slack's
 * Block Kit reference forbids: a message without text, blocks and attachments, more than 50 blocks, a header over 150 characters, a section
 * over 3,000 characters. To answer with HTTP 429, 404 `no_service`, 500 or not at all, set a fault, for example `{ kind: 'raw', status:
 * 429, body: 'rate_limited', headers: { 'retry-after': '1' } }`.
 */
import type { Exchange } from './wire/loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

export interface SlackEmulator extends StandIn {
  /** The only address that is a webhook; every other address answers 404 `no_service`. */
  webhookUrl: string;
  /** Parsed bodies, oldest first. */
  messages(): unknown[];
  clearMessages(): void;
}

const webhookPath = '/services/T00000000/B00000000/emulated';

export async function startSlackEmulator(options: StandInOptions = {}): Promise<SlackEmulator> {
  const messages: unknown[] = [];
  const control = { messages: () => structuredClone(messages), clearMessages: () => void messages.splice(0) };
  const standIn = await startStandIn(
    {
      routes: { get: { messages: control.messages }, post: { 'clear-messages': control.clearMessages } },
      describe: ({ path, body }) => ({ operation: 'webhook', region: null, params: path, body }),
      perform: (exchange) => {
        messages.push(parseMessage(exchange));
        return textReply(200, 'ok');
      },
      renderError,
    },
    options,
  );
  return { ...standIn, ...control, webhookUrl: standIn.url + webhookPath };
}

function parseMessage(exchange: Exchange): unknown {
  if (exchange.path !== webhookPath || exchange.method !== 'POST')
    throw new Refusal({ name: 'no_service', status: 404 });
  let message: unknown;
  try {
    message = JSON.parse(exchange.body);
  } catch {
    throw new Refusal({ name: 'invalid_payload' });
  }
  if (typeof message !== 'object' || message === null) throw new Refusal({ name: 'invalid_payload' });
  const { text, blocks, attachments }: Record<string, unknown> = { ...message };
  if (!text && !blocks && !attachments) throw new Refusal({ name: 'no_text' });
  if (blocks !== undefined && !isBlocks(blocks)) throw new Refusal({ name: 'invalid_blocks' });
  return message;
}

/** The maximum number of characters by type of block: https://docs.slack.dev/reference/block-kit/blocks */
const maxTextByType = new Map([
  ['header', 150],
  ['section', 3000],
]);

function isBlocks(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.length <= 50 && blocks.every(isBlock);
}

function isBlock(block: unknown): boolean {
  if (typeof block !== 'object' || block === null) return false;
  const { type, text }: Record<string, unknown> = { ...block };
  if (typeof type !== 'string') return false;
  const max = maxTextByType.get(type);
  if (max === undefined || typeof text !== 'object' || text === null) return true;
  const words = 'text' in text ? text.text : undefined;
  return typeof words === 'string' && words.length > 0 && words.length <= max;
}

function renderError(answer: ErrorAnswer): Reply {
  return textReply(answer.status ?? 400, answer.message ?? answer.name, answer.headers);
}

function textReply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, body, headers: { 'content-type': 'text/html', ...headers } };
}
