import type { TopicTest } from '../../aws/topic-tester.ts';
import type { TestAlertContext } from './build-test-alert.ts';

export interface ChannelTest extends TopicTest {
  topic: TestAlertContext['topic'];
  topicArn: string;
}

export function describeProblems({ topic, topicArn, subscribers, problem }: ChannelTest): string[] {
  if (problem !== null) {
    // The monitor's role publishes the real messages. So a permission that is missing for the person does not stop real messages.
    const meaning = /^(Authorization|AccessDenied)/.test(problem)
      ? `these credentials may not send it; allow sns:Publish on ${topicArn}`
      : 'real messages are refused, too';
    return [`SNS refused the test of ${topic}: ${meaning}. It says: ${problem}`];
  }
  if (subscribers.some(({ isConfirmed }) => isConfirmed)) return [];
  const cure =
    subscribers.length === 0
      ? `subscribe somebody: aws sns subscribe --protocol email --notification-endpoint you@example.com --topic-arn ${topicArn}`
      : 'follow the link in the mail "AWS Notification - Subscription Confirmation"; if it is older than two days, subscribe again';
  return [`messages about ${topic} reach nobody, because no subscription is confirmed; ${cure}.`];
}
