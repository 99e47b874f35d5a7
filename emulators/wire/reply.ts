/** An answer, ready to be sent, or to be spoilt by a fault on its way. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An error as the service would name it; each protocol renders it in its own way. */
export interface ErrorAnswer {
  name: string;
  /** HTTP status; 400 where not given. */
  status?: number | undefined;
  message?: string | undefined;
  code?: string | undefined;
  docs?: string | undefined;
  tip?: string | undefined;
  headers?: Record<string, string> | undefined;
}

/** Thrown by an operation that refuses its input. */
export class Refusal extends Error {
  readonly answer: ErrorAnswer;

  constructor(answer: ErrorAnswer) {
    super(`${answer.name}: ${answer.message ?? ''}`);
    this.answer = answer;
  }
}
