/**
 * Reads and changes the firewall of one instance with the credentials of a person; for the command line only. The deployed monitor has no
 * permission to change a firewall.
 */

import {
  CloseInstancePublicPortsCommand,
  GetOperationsForResourceCommand,
  LightsailClient,
  OpenInstancePublicPortsCommand,
  type Operation,
  PutInstancePublicPortsCommand,
} from '@aws-sdk/client-lightsail';
import { clientSettings, defaultTimeouts } from '../../lambda/adapters/client-settings.ts';
import { describeError } from '../../lambda/adapters/describe-error.ts';
import { LightsailReader } from '../../lambda/adapters/lightsail-reader.ts';
import type { PortInfo } from '../../lambda/alerts/decide-restorable-rules.ts';
import type { RestoreCall } from '../../lambda/alerts/plan-restore-calls.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { CommandError } from '../command-error.ts';
import type { CallerIdentity } from './caller-identity.ts';
import { explainErrors } from './explain-errors.ts';

export interface ObservedFirewall {
  /** `null`: the listing has no ARN. */
  arn: string | null;
  ipAddressType: string | null;
  rules: PortState[];
}

/** An operation of Lightsail on the instance. All fields except `at` are unchecked text from Lightsail. */
export interface InstanceOperation {
  id: string;
  type: string;
  status: string;
  /** ISO-8601; `null`: the answer has no time. */
  at: string | null;
  details: string;
}

/** A call that changes a firewall. Only the live check uses `OpenInstancePublicPorts`. */
export type FirewallCall = RestoreCall | { operation: 'OpenInstancePublicPorts'; portInfo: PortInfo };

/**
 * `refused`: Lightsail answered with status 4xx or with a failed operation, and changed nothing. `unknown`: no answer, or any other error:
 * perhaps the call was performed.
 */
export type CallOutcome =
  | { result: 'accepted'; operationId: string | null }
  | { result: 'refused' | 'unknown'; problem: string };

/** The time limit of one read, with its repetitions after throttling. */
const longestReadMs = 60_000;
const maxPages = 1_000;

/** Reads throw CommandErrors, or the reason of `signal` once it is aborted. Call `destroy` at the end. */
export class FirewallEditor {
  readonly #reader: LightsailReader;
  readonly #client: LightsailClient;
  readonly #region: string;
  readonly #name: string;
  readonly #signal: AbortSignal;

  constructor({ region, instanceName }: Resource, identity: CallerIdentity, signal: AbortSignal) {
    const { credentials } = identity;
    this.#reader = new LightsailReader(region, { ...clientSettings(), credentials });
    // One attempt only: after a lost answer, a second attempt could repeat a change. A read shows whether the first attempt was performed.
    const settings = clientSettings({ ...defaultTimeouts, requestTimeoutMs: 30_000, maxAttempts: 1 });
    this.#client = new LightsailClient({ ...settings, region, credentials });
    this.#region = region;
    this.#name = instanceName ?? '';
    this.#signal = signal;
  }

  /** Reads the facts and the rules of the instance. Throws CommandError if Lightsail does not list the instance. */
  async observe(): Promise<ObservedFirewall> {
    const listed = await this.#read('lightsail:GetInstances', (signal) =>
      this.#reader.listInstances(this.#region, signal),
    );
    const found = listed.find(({ name }) => name === this.#name);
    if (found === undefined)
      throw new CommandError(
        `Lightsail has no instance ${this.#name} in ${this.#region}; expected one that exists: npm run portwatch -- status lists them.`,
      );
    return { arn: found.facts.arn, ipAddressType: found.facts.ipAddressType, rules: await this.readRules() };
  }

  readRules(): Promise<PortState[]> {
    return this.#read('lightsail:GetInstancePortStates', (signal) =>
      this.#reader.readFirewall(this.#region, this.#name, signal),
    );
  }

  /** All operations on the instance that Lightsail still lists. */
  async listOperations(): Promise<InstanceOperation[]> {
    const operations: InstanceOperation[] = [];
    const seenTokens = new Set<string>();
    let pageToken: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const command = new GetOperationsForResourceCommand({ resourceName: this.#name, pageToken });
      const answer = await explainErrors(
        this.#client.send(command, { abortSignal: this.#signal }),
        this.#signal,
        `Lightsail did not list the operations of ${this.#name}; allow lightsail:GetOperationsForResource.`,
      );
      if (!Array.isArray(answer.operations))
        throw new CommandError(`Lightsail did not list the operations of ${this.#name}: the answer has no list.`);
      operations.push(...answer.operations.map(toOperation));
      pageToken = answer.nextPageToken;
      if (!pageToken) return operations;
      if (seenTokens.has(pageToken)) break;
      seenTokens.add(pageToken);
    }
    throw new CommandError(`The list of the operations of ${this.#name} did not end: its pages repeat.`);
  }

  /**
   * Sends the call once. Waits for the answer even after an interruption, because without the answer nobody knows whether the firewall
   * changed. Never throws.
   */
  async perform(call: FirewallCall): Promise<CallOutcome> {
    try {
      const { operation } = await this.#send(call);
      if (operation?.status === 'Failed')
        return { result: 'refused', problem: operation.errorDetails ?? operation.errorCode ?? 'the operation failed' };
      return { result: 'accepted', operationId: operation?.id ?? null };
    } catch (error) {
      const status = error instanceof Error && '$metadata' in error ? statusOf(error.$metadata) : 0;
      const problem = describeError(error);
      return { result: status >= 400 && status < 500 ? 'refused' : 'unknown', problem };
    }
  }

  destroy(): void {
    this.#reader.destroy();
    this.#client.destroy();
  }

  async #send(call: FirewallCall): Promise<{ operation?: Operation | undefined }> {
    const instanceName = this.#name;
    switch (call.operation) {
      case 'CloseInstancePublicPorts':
        return this.#client.send(new CloseInstancePublicPortsCommand({ instanceName, portInfo: call.portInfo }));
      case 'OpenInstancePublicPorts':
        return this.#client.send(new OpenInstancePublicPortsCommand({ instanceName, portInfo: call.portInfo }));
      case 'PutInstancePublicPorts':
        return this.#client.send(new PutInstancePublicPortsCommand({ instanceName, portInfos: call.portInfos }));
    }
  }

  async #read<T>(action: string, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await read(AbortSignal.any([this.#signal, AbortSignal.timeout(longestReadMs)]));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof ReadError)) throw error;
      throw new CommandError(
        `The firewall of ${this.#name} in ${this.#region} could not be read (${error.reason}); allow ${action}, or repeat the command. The AWS SDK says: ${error.message}`,
        { cause: error },
      );
    }
  }
}

function toOperation({ id, operationType, status, createdAt, operationDetails }: Operation): InstanceOperation {
  return {
    id: id ?? '',
    type: operationType ?? 'an unknown operation',
    status: status ?? 'unknown',
    at: createdAt?.toISOString() ?? null,
    details: operationDetails ?? '',
  };
}

function statusOf(metadata: unknown): number {
  const status = Reflect.get(Object(metadata), 'httpStatusCode');
  return typeof status === 'number' ? status : 0;
}
