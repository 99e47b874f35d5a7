/**
 * A stand-in for DynamoDB on loopback: dynalite, in memory, with the faults, the latency and the request log of every stand-in (under
 * `/_emulator/`). The caller creates the tables, and sets the answers about the protection of the tables (deletion protection,
 * point-in-time recovery, time to live). Dynalite has no transactions, time to live or streams. Dynalite ignores
 * `ReturnValuesOnConditionCheckFailure`, so this file adds the old item to the error of a refused write.
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import dynalite from 'dynalite';
import { z } from 'zod';
import { isControl, serveControl } from './wire/control.ts';
import { asJson10, jsonError, jsonReply, looseParams, signedRegion } from './wire/json-protocol.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import type { Reply } from './wire/reply.ts';
import { Script, scriptedBy, scriptRoutes } from './wire/request-log-and-faults.ts';
import type { StandIn, StandInOptions } from './wire/stand-in.ts';

export interface DynamoDbEmulator extends StandIn {
  /** Sets the protection in the answers about every table. Every protection is off at the start. */
  setProtection(protection: TableProtection): void;
}

interface TableProtection {
  hasDeletionProtection: boolean;
  hasRecovery: boolean;
  /** The attribute for time to live; `null`: time to live is off. */
  timeToLive: string | null;
}

/** To throttle requests, set the fault `{ kind: 'error', name: 'ProvisionedThroughputExceededException' }`. */
export async function startDynamoDbEmulator(options: StandInOptions = {}): Promise<DynamoDbEmulator> {
  const script = new Script(options.now);
  const routes = scriptRoutes(script);
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const database = new Database(server);
  const serve = async (exchange: Exchange) => {
    if (isControl(exchange)) serveControl(exchange, routes);
    else await serveApi(exchange, database, script);
  };
  const { url, close } = await startLoopbackServer(serve, { port: options.port, server });
  return { ...scriptedBy(script), url, close, setProtection: (protection) => database.setProtection(protection) };
}

async function serveApi(exchange: Exchange, database: Database, script: Script): Promise<void> {
  const operation = operationOf(exchange.request);
  const facts = {
    operation,
    region: signedRegion(exchange, 'dynamodb'),
    params: looseParams(exchange),
    body: exchange.body,
  };
  await script.run(exchange, facts, {
    perform: () => database.perform(operation, exchange),
    renderError: (answer) => {
      const name = `com.amazonaws.dynamodb.v20120810#${answer.name}`;
      return asJson10(jsonError({ ...answer, name, message: answer.message ?? answer.name }));
    },
  });
}

function operationOf({ headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.')[1] ?? '') : '';
}

const attributes = z.record(z.string(), z.unknown());

/** A write whose error must contain the old item if the condition is refused. */
const writeSchema = z.object({
  TableName: z.string(),
  Item: attributes.optional(),
  Key: attributes.optional(),
  ReturnValuesOnConditionCheckFailure: z.literal('ALL_OLD'),
});

const tableSchema = z.object({
  Table: z.object({ TableStatus: z.string(), KeySchema: z.array(z.object({ AttributeName: z.string() })) }),
});
const foundSchema = z.object({ Item: attributes.optional() });

const protectionAnswers = {
  DescribeTable: ({ hasDeletionProtection }: TableProtection, described: { Table: object }): object => ({
    Table: { ...described.Table, DeletionProtectionEnabled: hasDeletionProtection },
  }),
  DescribeContinuousBackups: ({ hasRecovery }: TableProtection): object => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: hasRecovery ? 'ENABLED' : 'DISABLED' },
    },
  }),
  DescribeTimeToLive: ({ timeToLive }: TableProtection): object => ({
    TimeToLiveDescription:
      timeToLive === null
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
  }),
};

class Database {
  readonly #listener: (request: unknown, response: unknown) => void;
  /** Each write waits for the previous one, so that the returned old item is the one that the condition was checked with. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  #protection: TableProtection = { hasDeletionProtection: false, hasRecovery: false, timeToLive: null };

  /** `#send` calls the only request listener of dynalite's server, so the server must not call the listener a second time. */
  constructor(server: Server) {
    const listeners = server.listeners('request');
    const [listener] = listeners;
    if (listeners.length !== 1 || listener === undefined) throw new Error('dynalite is not built as expected.');
    server.removeAllListeners('request');
    this.#listener = (request, response) => void listener.call(server, request, response);
  }

  setProtection(protection: TableProtection): void {
    this.#protection = protection;
  }

  perform(operation: string, exchange: Exchange): Promise<Reply> {
    if (operation === 'CreateTable') return this.#createTable(exchange);
    if (operation in protectionAnswers) return this.#describe(operation as keyof typeof protectionAnswers, exchange);
    if (!/^(Put|Update|Delete)Item$/.test(operation)) return this.#send(exchange.request, exchange.body);
    const write = this.#lastWrite.then(() => this.#write(exchange));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  /** The answer is sent when the table is ACTIVE. Dynalite sets the status in a timer, which can run after the caller's next request. */
  async #createTable({ request, body }: Exchange): Promise<Reply> {
    const reply = await this.#send(request, body);
    const { TableName } = JSON.parse(body);
    for (let created = reply.status !== 200; !created; ) {
      await setImmediate();
      const { Table } = tableSchema.parse(await this.#ask(request, 'DescribeTable', { TableName }));
      created = Table.TableStatus === 'ACTIVE';
    }
    return reply;
  }

  /**
   * Answers an operation about the protection of a table. The answer of `DescribeTable` also has the fields of dynalite. For a missing
   * table, returns the error of dynalite unchanged.
   */
  async #describe(operation: keyof typeof protectionAnswers, { request, body }: Exchange): Promise<Reply> {
    const reply = await this.#sendAs('DescribeTable', request, body);
    if (reply.status !== 200) return reply;
    return jsonReply(protectionAnswers[operation](this.#protection, JSON.parse(reply.body)));
  }

  async #write({ request, body }: Exchange): Promise<Reply> {
    const reply = await this.#send(request, body);
    if (reply.status !== 400 || !reply.body.includes('#ConditionalCheckFailedException')) return reply;
    const write = writeSchema.safeParse(JSON.parse(body));
    if (!write.success) return reply;
    const { TableName, Item = {}, Key } = write.data;
    const { Table } = tableSchema.parse(await this.#ask(request, 'DescribeTable', { TableName }));
    const keyNames = Table.KeySchema.map(({ AttributeName }) => AttributeName);
    const key = Key ?? Object.fromEntries(keyNames.map((name) => [name, Item[name]]));
    const question = { TableName, Key: key, ConsistentRead: true };
    const found = foundSchema.parse(await this.#ask(request, 'GetItem', question));
    return { ...reply, body: JSON.stringify({ ...JSON.parse(reply.body), ...found }) };
  }

  async #ask(request: IncomingMessage, operation: string, params: unknown): Promise<unknown> {
    const { body } = await this.#sendAs(operation, request, JSON.stringify(params));
    return JSON.parse(body);
  }

  #sendAs(operation: string, { method, url, headers }: IncomingMessage, body: string): Promise<Reply> {
    return this.#send({ method, url, headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` } }, body);
  }

  /** Returns the whole answer of dynalite, so that every kind of fault can be applied to the answer. */
  #send({ method, headers, url }: Pick<IncomingMessage, 'method' | 'headers' | 'url'>, body: string): Promise<Reply> {
    return new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), { method, headers, url });
      const caught: Record<string, string> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          if (name.toLowerCase() !== 'content-length') caught[name.toLowerCase()] = String(value);
        },
        end: (text = '') => resolve({ status: response.statusCode, headers: caught, body: text }),
      } satisfies Partial<Record<keyof ServerResponse, unknown>>;
      this.#listener(request, response);
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });
  }
}
