import type { CorpusPair } from '../../test/corpus/load-corpus.ts';

/** `isReported`: true if the measured way to compare sends an alert for the pair. */
export interface ComparedPair {
  pair: CorpusPair;
  isReported: boolean;
}

export interface Signal {
  /** Alerts for pairs whose exposure did not change. */
  falseAlarms: number;
  /** Pairs without an alert whose exposure changed. */
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
