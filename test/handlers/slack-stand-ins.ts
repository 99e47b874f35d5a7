/** The stand-ins of the function for Slack: Slack, and the store of the parameter with the webhook's URL. */
import { afterEach } from '@jest/globals';
import { startSlackEmulator } from '../../emulators/slack.ts';
import { startSsmEmulator } from '../../emulators/ssm.ts';
import { environmentKeys } from '../../lambda/contract/deployed-names.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';

/** To be called once by a test file, before the function is loaded. */
export async function startSlackStandIns(logLevel: 'SILENT' | 'DEBUG') {
  const slack = await closeAfterTests(startSlackEmulator());
  const ssm = await closeAfterTests(startSsmEmulator());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: ssm.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_LOG_LEVEL: logLevel,
  });
  afterEach(() => {
    for (const standIn of [slack, ssm]) {
      standIn.clearFaults();
      standIn.clearCalls();
    }
    slack.clearMessages();
  });
  let parameters = 0;
  /** Stores the URL in a new parameter each time, because the function caches the value for minutes. */
  const storeUrl = (value: string) => {
    parameters += 1;
    const name = `/portwatch/slack-${parameters}`;
    process.env[environmentKeys.slackWebhookParameter] = name;
    ssm.setParameter({ name, value });
  };
  return { slack, ssm, storeUrl };
}
