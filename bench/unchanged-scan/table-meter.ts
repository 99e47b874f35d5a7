/**
 * A proxy in front of DynamoDB. The proxy adds `ReturnConsumedCapacity` to each request for items, and keeps the capacity units in the
 * answers. So the units are measured, and not estimated from item sizes.
 */
import * as z from 'zod';
import { type Exchange, startLoopbackServer } from '../../emulators/wire/loopback-server.ts';

export interface MeteredCall {
  operation: string;
  /** Read or write request units, including indexes. */
  units: number;
}

export interface TableMeter {
  /** The URL of the proxy, as the DynamoDB endpoint for clients. */
  url: string;
  calls(): MeteredCall[];
  clear(): void;
  close(): Promise<void>;
}

const capacity = z.object({ CapacityUnits: z.number() });
/** The answer to a batch has a list, with the capacity of each table. */
const answerSchema = z.object({ ConsumedCapacity: z.union([capacity, z.array(capacity)]) });

/** `serviceUrl`: the DynamoDB endpoint behind the proxy. */
export async function startTableMeter(serviceUrl: string): Promise<TableMeter> {
  let calls: MeteredCall[] = [];
  const server = await startLoopbackServer(async (exchange) => {
    const { status, body, operation } = await ask(serviceUrl, exchange);
    const answer = answerSchema.safeParse(JSON.parse(body));
    if (answer.success) {
      for (const { CapacityUnits: units } of [answer.data.ConsumedCapacity].flat()) calls.push({ operation, units });
    }
    exchange.response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  const clear = () => {
    calls = [];
  };
  return { url: server.url, calls: () => [...calls], clear, close: () => server.close() };
}

export function sumUnits(calls: readonly MeteredCall[]): { readUnits: number; writeUnits: number } {
  const sumOf = (some: readonly MeteredCall[]) => some.reduce((sum, { units }) => sum + units, 0);
  const isRead = ({ operation }: MeteredCall) => ['Query', 'GetItem', 'BatchGetItem'].includes(operation);
  return {
    readUnits: sumOf(calls.filter(isRead)),
    writeUnits: sumOf(calls.filter((call) => !isRead(call))),
  };
}

async function ask(serviceUrl: string, { request, body }: Exchange) {
  const { authorization = '', 'content-type': type = '', 'x-amz-target': target } = request.headers;
  const operation = String(target).split('.')[1] ?? '';
  const isMetered = /^(GetItem|BatchGetItem|Query|PutItem|UpdateItem|DeleteItem)$/.test(operation);
  const asked = isMetered ? JSON.stringify({ ...JSON.parse(body), ReturnConsumedCapacity: 'TOTAL' }) : body;
  const headers = {
    authorization,
    'content-type': type,
    'x-amz-target': String(target),
    'x-amz-date': '20261123T100000Z',
  };
  const answer = await fetch(serviceUrl, { method: 'POST', headers, body: asked });
  return { status: answer.status, body: await answer.text(), operation };
}
