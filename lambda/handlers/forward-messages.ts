import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { ChannelPublisher } from '../adapters/channel-publisher.ts';
import type { PlainMessage } from '../alerts/sns-message.ts';
import { renderLogText } from './log-text.ts';
import { readVariable } from './read-variable.ts';
import { parseSnsEvent, type SnsNotification } from './sns-event.ts';

/**
 * Builds the handler of a function that forwards messages of the alert topic to the topic of a channel. `plan` returns the messages to
 * publish for one notification. The handler throws at the first failure. Then Lambda tries the event again, so the messages before the
 * failure are published again.
 */
export function forwardMessages(serviceName: string, plan: (notification: SnsNotification) => PlainMessage[]) {
  const logger = new Logger({ serviceName, jsonReplacerFn: renderLogText });
  /** Built once and used again by later invocations. */
  let publisher: ChannelPublisher | undefined;
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown): Promise<{ published: number }> => {
      publisher ??= new ChannelPublisher();
      const topicArn = readVariable('channelTopicArn');
      const messages = parseSnsEvent(event).flatMap(plan);
      for (const message of messages) await publisher.publish(topicArn, message);
      return { published: messages.length };
    });
}
