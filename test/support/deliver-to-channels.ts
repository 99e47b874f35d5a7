/** Delivers messages of the SNS stand-in to the functions of the channels, as SNS and Lambda do. */
import type { Delivery } from '../../emulators/sns/outbox.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { importFresh } from './import-fresh.ts';
import { lambdaContext } from './lambda-context.ts';

/** The function of a channel, and the topic that the deployment wrote into its environment. */
export interface DeployedChannel {
  handlerFile: 'amazon-q.ts' | 'event-topic.ts';
  topicArn: string;
}

/** Invokes the function once for each delivery. */
export async function deliverTo(
  { handlerFile, topicArn }: DeployedChannel,
  deliveries: readonly Pick<Delivery, 'body' | 'subject'>[],
): Promise<void> {
  process.env[environmentKeys.channelTopicArn] = topicArn;
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  const { handler } = await importFresh<typeof import('../../lambda/handlers/amazon-q.ts')>(
    `lambda/handlers/${handlerFile}`,
  );
  for (const { body, subject } of deliveries)
    await handler({ Records: [{ Sns: { Message: body, Subject: subject } }] }, lambdaContext(handlerFile));
}
