import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { Gap } from '../questions/unread-spans.ts';
import type { RenderTime } from '../time/render-time.ts';

const problems: Readonly<Record<Gap['scope'], string>> = {
  instance: 'its firewall could not be read',
  region: 'its region could not be listed',
};

/** Describes a gap as a part of a sentence about an instance: `its firewall could not be read from 09:05 to 09:15 (throttled)`. */
export function describeGap({ scope, since, reason, until }: Gap, renderTime: RenderTime): string {
  if (reason === 'expired') return 'the history of that time has expired';
  const problem = reason === 'not-watched' ? 'its region was not watched' : problems[scope];
  const from = since === null ? '' : ` from ${renderTime(since)}`;
  const why = reason === 'not-read' || reason === 'not-watched' ? '' : ` (${renderPlain(reason, 60)})`;
  return `${problem}${from} ${until === null ? 'on' : `to ${renderTime(until)}`}${why}`;
}
