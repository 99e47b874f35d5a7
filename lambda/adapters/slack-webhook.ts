import type { SlackMessage } from '../alerts/slack-blocks.ts';

/**
 * `status`: the HTTP status; `null`: no answer, or nothing was sent. The text of the error never contains the webhook's URL, which is a
 * secret.
 */
export class SlackError extends Error {
  override readonly name = 'SlackError';
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

interface SlackPost {
  /** The longest time for one attempt. Default: 5,000. */
  timeoutMs?: number;
  /** The time until the function must end. */
  remainingMs: () => number;
  sleep: (ms: number) => Promise<void>;
}

/** Waits and attempts end this long before Lambda stops the function, so that the function can throw its own error. */
const reserveMs = 1_000;
/** The wait after an answer 429 whose `Retry-After` is missing or no number. Slack's limit is one message a second. */
const defaultRetryAfterMs = 1_000;

/**
 * After an answer 429, waits as long as `Retry-After` demands, and tries again. Throws SlackError if too little time is left for the wait.
 * Throws SlackError at once for every other failure.
 *
 * When the function throws, Lambda tries the event again, and at last sends the event to the dead-letter queue.
 */
export async function postToSlack(webhookUrl: string, message: SlackMessage, options: SlackPost): Promise<void> {
  const url = parseWebhookUrl(webhookUrl);
  const body = JSON.stringify(message);
  for (;;) {
    const answer = await send(url, body, Math.min(options.timeoutMs ?? 5_000, options.remainingMs() - reserveMs));
    if (answer.status === 200) return;
    if (answer.status !== 429) throw new SlackError(`Slack answered ${answer.status}: ${answer.text}`, answer.status);
    const left = options.remainingMs() - reserveMs;
    if (answer.retryAfterMs >= left) {
      const asked = `Slack asks to wait ${Math.ceil(answer.retryAfterMs / 1000)} s`;
      throw new SlackError(`${asked}, and only ${Math.max(0, Math.floor(left / 1000))} s are left`, 429);
    }
    await options.sleep(answer.retryAfterMs);
  }
}

interface Answer {
  status: number;
  text: string;
  retryAfterMs: number;
}

async function send(url: URL, body: string, timeoutMs: number): Promise<Answer> {
  if (timeoutMs <= 0) throw new SlackError('no time is left to post to Slack', null);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      // A redirect could send the message to an unknown host.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, 200);
    return { status: response.status, text, retryAfterMs: readRetryAfter(response.headers.get('retry-after')) };
  } catch (error) {
    throw new SlackError(`Slack could not be reached: ${describeFailure(error, timeoutMs)}`, null);
  }
}

/** Uses only names and codes of errors, because a message of `fetch` can contain the URL. */
function describeFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const { cause } = error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}

/** Returns milliseconds, at least 100. The header has seconds. */
function readRetryAfter(header: string | null): number {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(seconds * 1000, 100) : defaultRetryAfterMs;
}

/** Accepts https, and for tests http to a loopback address. */
function parseWebhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url !== null && (url.protocol === 'https:' || isLoopback)) return url;
  throw new SlackError(
    "the stored Slack webhook is no https URL: store the URL that Slack shows as 'Webhook URL'",
    null,
  );
}
