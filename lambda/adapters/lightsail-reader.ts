/**
 * Reads instances and their firewalls from Lightsail. Sends a throttled request again, more slowly, until the caller's signal aborts.
 *
 * The Lambda functions send only three kinds of requests to Lightsail, which all only read: GetRegions, GetInstances and
 * GetInstancePortStates.
 *
 * The SDK drops unknown fields, and nulls in lists. So answers are parsed from the bytes of the response, and no part of a rule is lost.
 */
import {
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  LightsailClient,
  type LightsailClientConfig,
} from '@aws-sdk/client-lightsail';
import type { PortState } from '../firewall/rules/port-state.ts';
import { ReadError } from '../history/read-errors.ts';
import type { FirewallReader, ListedInstance } from '../scan/interfaces.ts';
import { defaultLimits } from '../scan/scan-limits.ts';
import { toAwsReadError } from './aws-errors.ts';
import { type AnyCommand, captureRawAnswer } from './capture-raw-answer.ts';
import { clientSettings, RetryEachCall } from './client-settings.ts';
import { type Pace, realTime } from './clock-and-sleep.ts';
import { parseInstancesPage, parsePortStates, parseRegions } from './parse-lightsail-answer.ts';
import { RegionalClients } from './regional-clients.ts';
import { RegionalRates } from './regional-rates.ts';

/** A longer listing counts as endless. Even pages of only 5 instances allow 50,000 instances. */
const maxPages = 10_000;

/**
 * `maxAttempts`: how often a request is sent, at most, if it fails transiently. Throttled requests are repeated without limit. Other
 * failures are not repeated.
 */
type LightsailReaderConfig = LightsailClientConfig & { maxAttempts: number };

export class LightsailReader implements FirewallReader {
  readonly #clients: RegionalClients<LightsailClient>;
  readonly #rates: RegionalRates;
  readonly #homeRegion: string;

  /** `homeRegion`: the region whose GetRegions is called. */
  constructor(
    homeRegion: string,
    config: LightsailReaderConfig = clientSettings(),
    readsPerRegion = defaultLimits.readsPerRegion,
    pace: Pace = realTime,
  ) {
    this.#homeRegion = homeRegion;
    this.#rates = new RegionalRates(readsPerRegion, pace);
    // Throttled requests are not retried by the SDK, because its retries would ignore the rate of the region.
    const retryStrategy = new RetryEachCall(config.maxAttempts, ['TRANSIENT']);
    this.#clients = new RegionalClients((region) => new LightsailClient({ ...config, retryStrategy, region }));
  }

  async listRegions(signal: AbortSignal): Promise<(string | null)[]> {
    return parseRegions(await this.#send(this.#homeRegion, new GetRegionsCommand({}), signal));
  }

  async listInstances(region: string, signal: AbortSignal): Promise<ListedInstance[]> {
    const instances: ListedInstance[] = [];
    const seenTokens = new Set<string>();
    let pageToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.#send(region, new GetInstancesCommand({ pageToken }), signal);
      const { instances: listed, nextPageToken } = parseInstancesPage(answer);
      instances.push(...listed);
      if (!nextPageToken) return instances;
      if (seenTokens.has(nextPageToken)) {
        throw new ReadError(
          'invalid-answer',
          `GetInstances in ${region} gave the same page token twice, at page ${page}`,
        );
      }
      seenTokens.add(nextPageToken);
      pageToken = nextPageToken;
    }
    throw new ReadError('invalid-answer', `GetInstances in ${region} did not end after ${maxPages} pages`);
  }

  async readFirewall(region: string, instanceName: string, signal: AbortSignal): Promise<PortState[]> {
    return parsePortStates(await this.#send(region, new GetInstancePortStatesCommand({ instanceName }), signal));
  }

  destroy(): void {
    this.#clients.destroy();
  }

  #send(region: string, command: AnyCommand, signal: AbortSignal): Promise<unknown> {
    const request = () =>
      captureRawAnswer(this.#clients.of(region), command, signal).catch((error: unknown) => {
        throw toAwsReadError(error);
      });
    return this.#rates.send(region, request, signal);
  }
}
