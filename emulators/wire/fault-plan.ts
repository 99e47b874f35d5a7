/** What goes wrong, on which calls, how often: the script of a stand-in's bad days. */
import { z } from 'zod';

/** Which calls: all of what is given must hold, and what is not given holds for every call. */
const match = {
  operation: z.string().optional(),
  region: z.string().optional(),
  instanceName: z.string().optional(),
  /** 1 for the first page of a listing. */
  page: z.number().int().positive().optional(),
  /** Text that the request's body, as sent, must contain. */
  bodyIncludes: z.string().optional(),
  /** Let this many matching calls pass first. */
  skip: z.number().int().nonnegative().default(0),
  /** How many calls it strikes; without it, every one until the faults are cleared. */
  times: z.number().int().positive().optional(),
};

const headers = z.record(z.string(), z.string()).optional();
const errorText = z.string().optional();

/**
 * - `error`: the named exception, nothing applied. `status` 400 by default; give 500 with `ServiceException`.
 * - `raw`: these bytes in place of an answer, nothing applied: HTML from a proxy, cut JSON, a repeated page token, HTTP 429.
 * - `content-type`: the right answer under a wrong content type.
 * - `hang`: accepted, never answered, nothing applied. Ends when the client gives up or the stand-in closes.
 * - `reset`: the connection is reset before anything is applied.
 * - `reset-mid-answer`: applied; the connection is reset in the middle of the body.
 * - `lost-answer`: applied; the connection is reset before the first byte of the answer.
 * - `slow`: applied; the body comes in pieces over `overMs`.
 * - `delay`: applied and answered in full after `delayMs`.
 */
const faultRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...match,
    kind: z.literal('error'),
    name: z.string(),
    status: z.number().int().min(400).max(599).optional(),
    message: errorText,
    code: errorText,
    docs: errorText,
    tip: errorText,
    headers,
  }),
  z.strictObject({
    ...match,
    kind: z.literal('raw'),
    body: z.string(),
    status: z.number().int().min(200).max(599).default(200),
    contentType: z.string().default('text/html'),
    headers,
  }),
  z.strictObject({ ...match, kind: z.literal('content-type'), contentType: z.string() }),
  z.strictObject({ ...match, kind: z.literal('hang') }),
  z.strictObject({ ...match, kind: z.literal('reset') }),
  z.strictObject({ ...match, kind: z.literal('reset-mid-answer') }),
  z.strictObject({ ...match, kind: z.literal('lost-answer') }),
  z.strictObject({ ...match, kind: z.literal('slow'), overMs: z.number().int().positive() }),
  z.strictObject({ ...match, kind: z.literal('delay'), delayMs: z.number().int().positive() }),
]);

export type FaultRule = z.input<typeof faultRuleSchema>;
export type Fault = z.output<typeof faultRuleSchema>;

/** What a rule is matched against. */
export interface CallSubject {
  operation: string;
  region: string | null;
  /** Kept in the call log as it is. */
  params: unknown;
  body: string;
  instanceName?: string | undefined;
  page?: number | undefined;
}

export class FaultPlan {
  #rules: Fault[] = [];

  /** Rules are tried in the order in which they were added; the first that matches strikes. Throws on a rule it can't read. */
  add(rule: unknown): void {
    this.#rules.push(faultRuleSchema.parse(rule));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules in force, with what is left of `skip` and `times`. */
  list(): unknown[] {
    return structuredClone(this.#rules);
  }

  /** The fault that strikes this call, used up by one; `undefined` when the call is to go well. */
  take(call: CallSubject): Fault | undefined {
    const rule = this.#rules.find((candidate) => matches(candidate, call) && isDue(candidate));
    if (rule?.times !== undefined) {
      rule.times -= 1;
      if (rule.times === 0) this.#rules = this.#rules.filter((other) => other !== rule);
    }
    return rule;
  }
}

function isDue(rule: Fault): boolean {
  if (rule.skip === 0) return true;
  rule.skip -= 1;
  return false;
}

function matches(rule: Fault, call: CallSubject): boolean {
  return (
    (rule.operation === undefined || rule.operation === call.operation) &&
    (rule.region === undefined || rule.region === call.region) &&
    (rule.instanceName === undefined || rule.instanceName === call.instanceName) &&
    (rule.page === undefined || rule.page === call.page) &&
    (rule.bodyIncludes === undefined || call.body.includes(rule.bodyIncludes))
  );
}
