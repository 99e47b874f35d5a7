import type { CallOutcome } from '../../aws/firewall-editor.ts';

interface MadeCall {
  /** The operation and its ports, such as `CloseInstancePublicPorts of tcp 22 (SSH)`. */
  name: string;
  outcome: CallOutcome;
}

export interface ChangeLog {
  /** The names of all calls, in order; empty until the calls are known. */
  planned: readonly string[];
  made: MadeCall[];
  /** True if a read has shown that the restored firewall is in effect. */
  isReached: boolean;
}

export function describeDone({ planned, made, isReached }: ChangeLog): string {
  if (made.every(({ outcome }) => outcome.result === 'refused')) return 'Nothing was changed.';
  const done = made.map(({ name, outcome }) => `${name} ${results[outcome.result]}`);
  const left = planned.slice(made.length).map((name) => `${name} was not made`);
  const reading = isReached
    ? 'the firewall is restored, and the operations of others were not listed'
    : 'no read has shown the restored firewall: repeat the command to see what is open';
  return `${[...done, ...left, reading].join('; ')}.`;
}

const results: Readonly<Record<CallOutcome['result'], string>> = {
  accepted: 'was made',
  refused: 'was refused',
  unknown: 'got no answer that shows if it was made',
};
