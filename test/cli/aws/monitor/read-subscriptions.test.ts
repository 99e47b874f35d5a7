import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { expect, test } from '@jest/globals';
import { readSubscriptions } from '../../../../cli/aws/monitor/read-subscriptions.ts';
import { startSnsEmulator } from '../../../../emulators/sns.ts';
import { settingsFor } from '../../../support/client-settings.ts';
import { closeAfterTests } from '../../../support/close-after-tests.ts';

const sns = await closeAfterTests(startSnsEmulator());
process.env['AWS_ENDPOINT_URL_SNS'] = sns.url;

test('P5: the subscriptions of every page are read: SNS lists a hundred at a time', async () => {
  const client = new SNSClient(settingsFor(sns.url));
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'alerts' }));
  const addresses = Array.from({ length: 101 }, (_, i) => `person-${i}@example.com`);
  for (const Endpoint of addresses) await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }));
  const read = await readSubscriptions(
    TopicArn ?? '',
    { region: 'eu-west-1', credentials: client.config.credentials },
    new AbortController().signal,
  );
  client.destroy();
  expect(read?.map(({ endpoint }) => endpoint)).toEqual(addresses);
});
