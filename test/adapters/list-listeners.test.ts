import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, jest, test } from '@jest/globals';
import { listListeners } from '../../lambda/adapters/list-listeners.ts';

test('P5: the subscriptions of every page are listed', async () => {
  const client = new SNSClient({ region: 'eu-west-1' });
  const topicArn = 'arn:aws:sns:eu-west-1:111122223333:alerts';
  const pageOf = (name: string, NextToken?: string) => ({
    Subscriptions: [{ Protocol: 'email', Endpoint: `${name}@example.com`, SubscriptionArn: `${topicArn}:${name}` }],
    ...(NextToken !== undefined && { NextToken }),
  });
  jest.spyOn(client, 'send').mockImplementation(async (command: unknown) => {
    if (!(command instanceof ListSubscriptionsByTopicCommand)) throw new Error('expected ListSubscriptionsByTopic');
    return command.input.NextToken === 'more' ? pageOf('second') : pageOf('first', 'more');
  });
  const listeners = await listListeners(client, topicArn, []);
  expect(listeners.map(({ endpoint }) => endpoint)).toEqual(['first@example.com', 'second@example.com']);
});

test('P5: an answer without its list is an error, and not a topic without listeners', async () => {
  const client = new SNSClient({ region: 'eu-west-1' });
  jest.spyOn(client, 'send').mockImplementation(async () => ({}));
  await expect(listListeners(client, 'arn:aws:sns:eu-west-1:111122223333:alerts', [])).rejects.toThrow(
    'ListSubscriptionsByTopic: expected a list in Subscriptions, got nothing',
  );
});
