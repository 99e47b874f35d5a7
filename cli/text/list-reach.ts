import { describeReach, type Reach, renderPhrase } from '../../lambda/firewall/index.ts';

/** Reach as lines for a person; `nothing` for an empty reach. The last line counts the lines beyond `maxLines`; the JSON has all. */
export function listReach(reach: readonly Reach[], maxLines: number, background?: readonly Reach[]): string[] {
  if (reach.length === 0) return ['nothing'];
  const { phrases, more } = describeReach(reach, { maxLines, ...(background && { background }) });
  return [...phrases.map(renderPhrase), ...(more > 0 ? [`and ${more} more (--json has them all)`] : [])];
}

export type ListReach = (reach: readonly Reach[], maxLines: number) => string[];

/** `listReach` with a cache, for thousands of lists, many of them equal. */
export function buildListReach(): ListReach {
  const known = new Map<string, string[]>();
  return (reach, maxLines) => {
    const text = `${maxLines} ${JSON.stringify(reach)}`;
    const lines = known.get(text) ?? listReach(reach, maxLines);
    known.set(text, lines);
    return lines;
  };
}
