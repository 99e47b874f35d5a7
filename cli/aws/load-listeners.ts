import { SNSClient } from '@aws-sdk/client-sns';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { describeError } from '../../lambda/adapters/describe-error.ts';
import { type Listener, listListeners } from '../../lambda/adapters/list-listeners.ts';
import { parseChannels } from '../../lambda/contract/channels.ts';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import type { Deployment } from './open-deployment.ts';

/** `problem`: why the listeners are not known. Can contain unchecked text from AWS. */
export type Listeners =
  | { alerts: Listener[]; health: Listener[]; problem: null }
  | { alerts: null; health: null; problem: string };

/** After an abort, throws the reason of `signal`. Any other error becomes `problem`, so that the command can still answer. */
export async function loadListeners(
  { table, stack }: DeploymentOptions,
  { region, identity: { credentials }, loadOutputs }: Deployment,
  signal: AbortSignal,
): Promise<Listeners> {
  const unknown = (problem: string): Listeners => ({ alerts: null, health: null, problem });
  if (table !== undefined) return unknown('with --table the topics are not known');
  const config = { ...clientSettings({ ...defaultTimeouts, maxAttempts: 2 }), region, credentials };
  const client = new SNSClient(config);
  try {
    const outputs = await loadOutputs();
    const [alertTopic, healthTopic] = [stackOutputs.alertTopicArn, stackOutputs.healthTopicArn].map((name) =>
      outputs?.get(name),
    );
    if (alertTopic === undefined || healthTopic === undefined)
      return unknown(`stack ${stack} has no outputs with its topics`);
    const channels = parseChannels(outputs?.get(stackOutputs.channels));
    const alerts = await listListeners(client, alertTopic, channels, signal);
    const health = await listListeners(client, healthTopic, channels, signal);
    return { alerts, health, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    return unknown(describeError(error));
  } finally {
    client.destroy();
  }
}
