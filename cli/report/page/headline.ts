/** A short headline for a change. */
import type { ChangeData } from '../data/report-data.ts';
import { attributionOf, listOf, textOf } from './report.ts';

export function headlineOf(change: ChangeData): string {
  const opened = phraseOf(change.opened);
  const closed = phraseOf(change.closed);
  switch (change.kind) {
    case 'changed':
      if (change.isLeftOut) return 'too much changed to list it here';
      if (opened !== null) return `${opened.what} opened to ${opened.from}${opened.more}`;
      if (closed !== null) return `${closed.what} closed to ${closed.from}${closed.more}`;
      return 'rules rewritten, nothing opened or closed';
    case 'appeared':
    case 'baseline':
      return opened === null
        ? 'first seen, nothing open'
        : `first seen, ${opened.what} open to ${opened.from}${opened.more}`;
    case 'gone':
      return 'the instance is gone';
    case 'gap':
      return `could not be read${change.failure === undefined ? '' : ` (${change.failure.reason})`}`;
    case 'gap-over':
      return 'could be read again';
    case 'flapped': {
      const phrase = opened ?? closed;
      if (phrase === null) return 'something changed and changed back between two scans';
      return `${phrase.what} ${opened === null ? 'shut' : 'open'} for ${phrase.from} between two scans${phrase.more}`;
    }
    default:
      return `${change.kind}: ${textOf(change.reason)}`;
  }
}

function phraseOf(number: number | null): { what: string; from: string; more: string } | null {
  const list = listOf(number);
  const [first] = list?.phrases ?? [];
  if (list === null || first === undefined) return null;
  const others = list.phrases.length - 1 + list.more;
  return { what: first[0], from: first[1], more: others === 0 ? '' : `, and ${others} more` };
}

/** `IAM user alice`; `null`: the actor is not known. */
export function actorOf(change: ChangeData): string | null {
  const calls = attributionOf(change)?.calls ?? [];
  const names = [...new Set(calls.map(({ by }) => textOf(by)))];
  return names.length === 0 ? null : names.join(', then ');
}
