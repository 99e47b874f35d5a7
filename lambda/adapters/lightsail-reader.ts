/**
 * Lightsail as the FirewallReader: the only calls the product makes to it, all of them reads (GetRegions, GetInstances,
 * GetInstancePortStates).
 *
 * The SDK's deserialiser drops fields its model does not know, and nulls in lists; an answer is therefore read from the very bytes
 * that came, so that nothing of a rule is lost.
 */
import {
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  LightsailClient,
  type LightsailClientConfig,
} from '@aws-sdk/client-lightsail';
import type { PortState } from '../firewall/rules/port-state.ts';
import { type FirewallReader, type ListedInstance, ReadError } from '../scan/interfaces.ts';
import { clientSettings, withoutCallLog } from './client-settings.ts';
import { type AnyCommand, captureAnswer } from './lightsail-answer.ts';
import { toLightsailReadError } from './lightsail-errors.ts';
import { parseInstancesPage, parsePortStates, parseRegions } from './lightsail-parse.ts';

/** A listing of more pages than this is taken for a service that answers in circles. At 5 instances a page: 50,000 instances. */
const maxPages = 10_000;

export class LightsailReader implements FirewallReader {
  readonly #clients = new Map<string, LightsailClient>();
  readonly #config: LightsailClientConfig;
  readonly #homeRegion: string;

  /** `homeRegion`: where the list of regions is asked for. */
  constructor(homeRegion: string, config: LightsailClientConfig = clientSettings()) {
    this.#homeRegion = homeRegion;
    this.#config = config;
  }

  async listRegions(signal: AbortSignal): Promise<string[]> {
    return parseRegions(await this.#ask(this.#homeRegion, new GetRegionsCommand({}), signal));
  }

  async listInstances(region: string, signal: AbortSignal): Promise<ListedInstance[]> {
    const instances: ListedInstance[] = [];
    const seenTokens = new Set<string>();
    let pageToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.#ask(region, new GetInstancesCommand({ pageToken }), signal);
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
    return parsePortStates(await this.#ask(region, new GetInstancePortStatesCommand({ instanceName }), signal));
  }

  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  async #ask(region: string, command: AnyCommand, signal: AbortSignal): Promise<unknown> {
    try {
      return await captureAnswer(this.#client(region), command, signal);
    } catch (error) {
      throw toLightsailReadError(error);
    }
  }

  #client(region: string): LightsailClient {
    let client = this.#clients.get(region);
    if (!client) {
      client = withoutCallLog(new LightsailClient({ ...this.#config, region }));
      this.#clients.set(region, client);
    }
    return client;
  }
}
