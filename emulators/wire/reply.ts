export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An error of the service; each protocol renders it in its own format. */
export interface ErrorAnswer {
  name: string;
  /** HTTP status. Default: 400. */
  status?: number | undefined;
  message?: string | undefined;
  code?: string | undefined;
  docs?: string | undefined;
  tip?: string | undefined;
  headers?: Record<string, string> | undefined;
}

export class Refusal extends Error {
  readonly answer: ErrorAnswer;

  constructor(answer: ErrorAnswer) {
    super(`${answer.name}: ${answer.message ?? ''}`);
    this.answer = answer;
  }
}
