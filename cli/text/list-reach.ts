import { describeReach, type Reach, renderPhrase } from '../../lambda/firewall/index.ts';

/** Reach as lines for a person, `nothing` where there is none. What `maxLines` cuts is counted; the JSON has it all. */
export function listReach(reach: readonly Reach[], maxLines: number, background?: readonly Reach[]): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, { maxLines, ...(background && { background }) });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}

export type ListReach = (reach: readonly Reach[], maxLines: number) => string[];

/** `listReach` for thousands of them, of which many are alike: each is put into words once. It remembers as long as somebody holds it. */
export function buildListReach(): ListReach {
  const known = new Map<string, string[]>();
  return (reach, maxLines) => {
    const text = `${maxLines} ${JSON.stringify(reach)}`;
    const lines = known.get(text) ?? listReach(reach, maxLines);
    known.set(text, lines);
    return lines;
  };
}
