import { describeDoubt, nameActors } from '../../../lambda/alerts/describe-attribution.ts';
import { describeReach, type Ranking, type Reach } from '../../../lambda/firewall/index.ts';
import { classifyAudience } from '../../../lambda/firewall/rating/classify-audience.ts';
import { canonicaliseSources, toSourceSet } from '../../../lambda/firewall/sets/source-set.ts';
import { describeSources } from '../../../lambda/firewall/wording/describe-sources.ts';
import type { AttributedCall, Attribution } from '../../../lambda/history/attribution.ts';
import { NumberedValues } from './numbered-values.ts';
import type { AttributionData, CallData, ReachData, ReachListData, SourceSetData, Width } from './report-data.ts';

/** A list shows at most this number of lines, then "and N more". The data of the page has every reach. */
const maxLines = 24;

/** The values that the page uses more than once. */
export class SharedValues {
  readonly texts = new NumberedValues<string>();
  readonly sourceSets = new NumberedValues<SourceSetData>();
  readonly reaches = new NumberedValues<ReachData>();
  readonly lists = new NumberedValues<ReachListData>();
  readonly attributions = new NumberedValues<AttributionData>();
  /** Caches the index in `sourceSets` of each source list: making the key of thousands of sources for each span is slow. */
  readonly #numberOfSources = new WeakMap<readonly string[], number>();
  readonly #numberOfList = new WeakMap<readonly Reach[], number>();

  text(text: string): number {
    return this.texts.number(text, () => text);
  }

  sourceSet(protocol: string, sources: readonly string[]): number {
    // An unknown protocol counts as open to the world, whatever its sources are.
    const isUnknown = protocol.startsWith('unknown:');
    const known = isUnknown ? undefined : this.#numberOfSources.get(sources);
    if (known !== undefined) return known;
    const key = `${isUnknown ? 'unknown:' : ''}${JSON.stringify(sources)}`;
    const number = this.sourceSets.number(key, () => toSourceSetData(isUnknown, sources));
    if (!isUnknown) this.#numberOfSources.set(sources, number);
    return number;
  }

  reach({ protocol, from, to, sources }: Reach): number {
    const set = this.sourceSet(protocol, sources);
    return this.reaches.number(JSON.stringify([protocol, from, to, set]), () => [protocol, from, to, set]);
  }

  list(reach: readonly Reach[], ranking: Ranking): number {
    const known = this.#numberOfList.get(reach);
    if (known !== undefined) return known;
    const reaches = reach.map((one) => this.reach(one));
    const number = this.lists.number(`${ranking.list} ${ranking.hasUnknownField} ${reaches.join()}`, () => {
      const { phrases, more } = describeReach(reach, ranking, { maxLines });
      return { reaches, phrases: phrases.map(({ what, from }) => [what, from]), more };
    });
    this.#numberOfList.set(reach, number);
    return number;
  }

  attribution(attribution: Attribution | null | undefined): number | null {
    if (attribution === null || attribution === undefined) return null;
    const { fit, calls } = attribution;
    const textOrNull = (text: string | null) => (text === null ? null : this.text(text));
    return this.attributions.number(JSON.stringify([fit, calls]), () => ({
      actors: textOrNull(nameActors({ changedBy: attribution })),
      doubt: textOrNull(describeDoubt(attribution)),
      calls: calls.map((call) => this.#call(call)),
    }));
  }

  #call({ at, name, by, through, arn, sourceIpAddress, userAgent }: AttributedCall): CallData {
    return {
      at: Date.parse(at),
      name: this.text(name),
      by: this.text(by),
      through,
      ...(arn !== null && { arn: this.text(arn) }),
      ...(sourceIpAddress !== null && { sourceIpAddress: this.text(sourceIpAddress) }),
      ...(userAgent !== null && { userAgent: this.text(userAgent) }),
    };
  }
}

function toSourceSetData(isUnknown: boolean, sources: readonly string[]): SourceSetData {
  const one: Reach = { protocol: isUnknown ? 'unknown:' : 'other', from: 0, to: 0, sources: [...sources] };
  return {
    sources: one.sources,
    ...(isUnknown && { isOfUnknownProtocol: true as const }),
    width: widthOf(one),
    phrase: describeSources(canonicaliseSources(toSourceSet(sources)), 3),
  };
}

function widthOf({ protocol, from, to, sources }: Reach): Width {
  const { kind } = classifyAudience({ protocol, from, to, opened: sources, before: [], after: sources });
  if (kind === 'world') return 'world';
  return kind === 'very-wide' || kind === 'public' ? 'wide' : 'narrow';
}
