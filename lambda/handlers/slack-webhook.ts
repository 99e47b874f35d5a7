/**
 * Posts messages of the alert topic and of the health topic to an incoming webhook of Slack. Throws if a message could not be posted:
 * Lambda tries the event again, and then sends it to the dead-letter queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { postToSlack, SlackError } from '../adapters/slack-webhook.ts';
import { buildParameterReader, type ParameterReader } from '../adapters/ssm-parameter.ts';
import { renderSlackPlain, type SlackMessage } from '../alerts/slack-blocks.ts';
import { defaultTitle, renderSlackWebhookMessage } from '../alerts/slack-webhook-message.ts';
import { renderLogText } from './log-text.ts';
import { readVariable } from './read-variable.ts';
import { parseSnsEvent } from './sns-event.ts';

const logger = new Logger({ serviceName: 'slack-webhook', jsonReplacerFn: renderLogText });

/** Built once and used again by later invocations, because the reader caches the URL of the webhook. */
let parameters: ParameterReader | undefined;

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context): Promise<{ posted: number }> => {
    const notifications = parseSnsEvent(event);
    let posted = 0;
    for (const { text, subject } of notifications) posted += (await deliver(text, subject, context)) ? 1 : 0;
    return { posted };
  });

/** False: the message has nothing to post to Slack, so nothing was posted. */
async function deliver(text: string, subject: string | null, context: Context): Promise<boolean> {
  const notification = renderSlackWebhookMessage(text, subject);
  if (notification === null) return false;
  const parameterName = readVariable('slackWebhookParameter');
  parameters ??= buildParameterReader({ now: Date.now });
  const url = await parameters.load(parameterName);
  const remainingMs = () => context.getRemainingTimeInMillis();
  const post = (message: SlackMessage) => postToSlack(url, message, { remainingMs, sleep });
  try {
    await post(notification);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    logger.warn('Slack refused the message', { status: error.status, problem: error.message });
    // 403, 404, 410: the webhook was revoked or replaced. The next attempt reads the URL from SSM again.
    if (error.status !== null && [403, 404, 410].includes(error.status)) parameters.forget(parameterName);
    if (error.status !== 400) throw error;
    // 400: Slack refuses the blocks ("invalid_blocks") on every attempt, so the message is posted as plain text.
    await post(renderSlackPlain(subject ?? defaultTitle, text));
  }
  return true;
}
