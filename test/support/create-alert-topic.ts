import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';

/** Creates a topic with one confirmed subscriber, a queue. Returns the ARN of the topic. */
export async function createAlertTopic(client: SNSClient, queueArn: string, Name = 'alerts'): Promise<string> {
  const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name }));
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return TopicArn;
}
