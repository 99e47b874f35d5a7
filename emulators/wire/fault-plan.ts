/** The faults of a stand-in: which requests fail, how, and how often. */
import { z } from 'zod';

/** The requests that a fault rule matches. Every given field must match; a field that is left out matches every request. */
const match = {
  operation: z.string().optional(),
  region: z.string().optional(),
  /** The account that the request is signed for, or whose role is assumed. */
  account: z.string().optional(),
  instanceName: z.string().optional(),
  /** 1 for the first page of a listing. */
  page: z.number().int().positive().optional(),
  /** Text that the body of the request must contain. */
  bodyIncludes: z.string().optional(),
  /** The number of matching requests before the rule applies. */
  skip: z.number().int().nonnegative().default(0),
  /** The number of requests that the rule applies to. Default: every matching request until `clearFaults`. */
  times: z.number().int().positive().optional(),
};

const headers = z.record(z.string(), z.string()).optional();
const errorText = z.string().optional();

/**
 * Faults without an effect on the state of the stand-in:
 * - `error`: the named exception. `status` is 400 by default; use 500 with `ServiceException`.
 * - `raw`: the `body` of the fault in place of an answer: HTML from a proxy, truncated JSON, a repeated page token, HTTP 429.
 * - `hang`: the request is accepted and never answered. The request ends when the client gives up or the stand-in closes.
 * - `reset`: the connection is reset before the operation runs.
 *
 * Faults after which the operation has run:
 * - `content-type`: the right answer with a wrong content type.
 * - `reset-mid-answer`: the connection is reset in the middle of the body.
 * - `lost-answer`: the connection is reset before the first byte of the answer.
 * - `slow`: the body arrives in pieces over `overMs`.
 * - `delay`: the whole answer arrives after `delayMs`.
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

/** One request, as the request log keeps it and fault rules match it. */
export interface RequestFacts {
  operation: string;
  /**
   * The region in the credential scope of the signature. `null`: the stand-in does not read the region, or the request is not signed for
   * the service of the stand-in.
   */
  region: string | null;
  /** Set only in stand-ins that support several accounts. */
  account?: string | undefined;
  /** Stored unchanged in the request log. */
  params: unknown;
  body: string;
  instanceName?: string | undefined;
  page?: number | undefined;
}

export class FaultPlan {
  #rules: Fault[] = [];

  /**
   * Adds a rule. If several rules match a request, the rule that was added first applies. Throws ZodError for a rule that does not fit the
   * schema.
   */
  add(rule: unknown): void {
    this.#rules.push(faultRuleSchema.parse(rule));
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules that can still apply, with the remaining `skip` and `times`. */
  list(): unknown[] {
    return structuredClone(this.#rules);
  }

  /** Finds the fault for this request and counts it as used once; `undefined`: the request succeeds. */
  use(call: RequestFacts): Fault | undefined {
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

function matches(rule: Fault, call: RequestFacts): boolean {
  return (
    (rule.operation === undefined || rule.operation === call.operation) &&
    (rule.region === undefined || rule.region === call.region) &&
    (rule.account === undefined || rule.account === call.account) &&
    (rule.instanceName === undefined || rule.instanceName === call.instanceName) &&
    (rule.page === undefined || rule.page === call.page) &&
    (rule.bodyIncludes === undefined || call.body.includes(rule.bodyIncludes))
  );
}
