import type { CorpusPair } from '../../test/corpus/load-corpus.ts';

/** A pair of firewalls. `isReported`: true if the measured way to compare reports a change between the two. */
export interface ComparedPair {
  pair: CorpusPair;
  isReported: boolean;
}

export interface Signal {
  /** The number of reported pairs whose exposure did not change. */
  falseAlarms: number;
  /** The number of pairs whose exposure changed and that were not reported. */
  misses: number;
  /** Misses in which a port opened. */
  openedMissed: number;
}

/** Ignores pairs without a label. */
export function countSignal(compared: readonly ComparedPair[]): Signal {
  const silent = compared.filter(({ isReported }) => !isReported);
  const count = (list: readonly ComparedPair[], labels: CorpusPair['label'][]): number =>
    list.filter(({ pair }) => labels.includes(pair.label)).length;
  return {
    falseAlarms: count(compared, ['same']) - count(silent, ['same']),
    misses: count(silent, ['opened', 'closed', 'both']),
    openedMissed: count(silent, ['opened', 'both']),
  };
}
