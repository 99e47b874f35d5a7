/**
 * A proxy between a scan and its table and topic. It forwards everything and counts effects: writes to DynamoDB, publishes to SNS. At a
 * given effect it kills the scan, either before the effect is applied, or after that and before the answer arrives.
 */
import { type Exchange, startLoopbackServer } from '../../emulators/wire/loopback-server.ts';
import type { Reply } from '../../emulators/wire/reply.ts';
import { reset, send } from '../../emulators/wire/send.ts';

export interface Trap {
  /** 1 for the first effect. */
  at: number;
  moment: 'before' | 'after';
  /** Resolves when the scan is dead. */
  kill: () => Promise<void>;
}

export class EffectGate {
  /** Descriptions of the forwarded effects, oldest first. */
  effects: string[] = [];
  /** The effect at which the scan was killed. */
  killedAt: string | null = null;
  environment: Record<string, string> = {};
  #trap: Trap | null = null;
  #closers: (() => Promise<void>)[] = [];

  static async open(targets: { dynamodb: string; sns: string }): Promise<EffectGate> {
    const gate = new EffectGate();
    for (const [service, target] of Object.entries(targets)) {
      const { url, close } = await startLoopbackServer((exchange) => gate.#pass(exchange, target));
      gate.environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] = url;
      gate.#closers.push(close);
    }
    return gate;
  }

  /** Starts to count from 1 again. */
  arm(trap: Trap | null): void {
    this.effects = [];
    this.killedAt = null;
    this.#trap = trap;
  }

  async close(): Promise<void> {
    await Promise.all(this.#closers.map((close) => close()));
  }

  async #pass(exchange: Exchange, target: string): Promise<void> {
    const effect = describeEffect(exchange);
    const trap = effect !== null && this.effects.length + 1 === this.#trap?.at ? this.#trap : null;
    if (this.killedAt !== null || trap?.moment === 'before') {
      await this.#strike(exchange, effect, trap);
      return;
    }
    if (effect !== null) this.effects.push(effect);
    const reply = await forward(exchange, target);
    if (trap === null) send(exchange.response, reply);
    else await this.#strike(exchange, effect, trap);
  }

  /** Kills the scan: it then sends and receives nothing. */
  async #strike(exchange: Exchange, effect: string | null, trap: Trap | null): Promise<void> {
    if (trap !== null) {
      this.killedAt = effect;
      await trap.kill();
    }
    reset(exchange.response);
  }
}

/** `null`: a request that only reads. */
function describeEffect({ request, body }: Exchange): string | null {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') return new URLSearchParams(body).get('Action') === 'Publish' ? 'Publish' : null;
  const operation = target.split('.')[1] ?? '';
  if (!['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation)) return null;
  const { Key, Item, UpdateExpression = '' } = JSON.parse(body);
  const { pk, sk } = Key ?? Item;
  return `${operation} ${pk.S} ${sk.S} ${UpdateExpression.slice(0, 40)}`.trim();
}

async function forward({ request, body }: Exchange, target: string): Promise<Reply> {
  const headers = new Headers();
  for (const name of ['authorization', 'content-type', 'x-amz-date', 'x-amz-target']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const response = await fetch(target, { method: 'POST', headers, body });
  const contentType = response.headers.get('content-type') ?? 'text/plain';
  return { status: response.status, headers: { 'content-type': contentType }, body: await response.text() };
}
