import type { CorpusPair } from '../../test/corpus/load-corpus.ts';

/** A pair of the corpus, and whether one way of comparing tells a person of it. */
export interface Judged {
  pair: CorpusPair;
  isTold: boolean;
}

export interface Signal {
  /** Told of, though no reach changed. */
  falseAlarms: number;
  /** Silent, though reach changed. */
  misses: number;
  /** Those of the misses in which something opened. */
  openedMissed: number;
}

/** Pairs without a label count for nothing. */
export function countSignal(judged: readonly Judged[]): Signal {
  const silent = judged.filter(({ isTold }) => !isTold);
  const count = (list: readonly Judged[], labels: CorpusPair['label'][]): number =>
    list.filter(({ pair }) => labels.includes(pair.label)).length;
  return {
    falseAlarms: count(judged, ['same']) - count(silent, ['same']),
    misses: count(silent, ['opened', 'closed', 'both']),
    openedMissed: count(silent, ['opened', 'both']),
  };
}
