/** Answers one request: performs the operation, or applies a fault. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault-plan.ts';
import type { Exchange } from './loopback-server.ts';
import { type ErrorAnswer, Refusal, type Reply } from './reply.ts';
import { reset, send, sendHalfAndReset, sendSlowly } from './send.ts';

export interface Act {
  /** Can throw a `Refusal`. */
  perform(): Reply | Promise<Reply>;
  renderError(answer: ErrorAnswer): Reply;
}

/** Returns the HTTP status of the answer, or the kind of the fault: `hang`, `reset`, `lost-answer`, `reset-mid-answer` or `slow`. */
export async function answer(exchange: Exchange, fault: Fault | undefined, act: Act): Promise<number | string> {
  const { response } = exchange;
  switch (fault?.kind) {
    case 'error':
      return sendWhole(exchange, act.renderError(fault));
    case 'raw':
      return sendWhole(exchange, { ...fault, headers: { 'content-type': fault.contentType, ...fault.headers } });
    case 'hang':
      return 'hang';
    case 'reset':
      reset(response);
      return 'reset';
    case 'lost-answer':
      await perform(act);
      reset(response);
      return 'lost-answer';
    case 'reset-mid-answer':
      await sendHalfAndReset(response, await perform(act));
      return 'reset-mid-answer';
    case 'slow':
      await sendSlowly(response, await perform(act), fault.overMs);
      return 'slow';
    case 'delay':
      await sleep(fault.delayMs, undefined, { ref: false });
      return sendWhole(exchange, await perform(act));
    case 'content-type': {
      const reply = await perform(act);
      return sendWhole(exchange, { ...reply, headers: { ...reply.headers, 'content-type': fault.contentType } });
    }
    case undefined:
      return sendWhole(exchange, await perform(act));
  }
}

function sendWhole(exchange: Exchange, reply: Reply): number {
  send(exchange.response, reply);
  return reply.status;
}

async function perform(act: Act): Promise<Reply> {
  try {
    return await act.perform();
  } catch (error) {
    if (error instanceof Refusal) return act.renderError(error.answer);
    throw error;
  }
}
