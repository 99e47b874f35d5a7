/** The faults of a seed: which calls fail, and how often. Drawn once from the seed. */
import { Random } from '../support/random.ts';

export interface FaultRates {
  regions: number;
  rounds: number;
  tellGapAfterScans: number;
  keepHistoryDays: number | null;
  /** 0: each scan lists every region. */
  emptyRegionsEveryMinutes: number;
  /** Share of the calls that end with this fault. */
  failing: number;
  losingAnswers: number;
  dying: number;
  slow: number;
  /** Shares of the turns in which the world changes, or in which the next scan begins while this scan still runs. */
  changing: number;
  overlapping: number;
  /** Share of the answers that arrive late. */
  late: number;
  /**
   * Shares of the rounds in which a resource becomes unreadable, the topic fails, or the subscription is missing; and of the rounds in
   * which this ends.
   */
  spoiling: number;
  deaf: number;
  silent: number;
  mending: number;
  /** Share of the rounds with an event scan. With several accounts, a fiftieth of this value is the share of the turns. */
  eventful: number;
  /**
   * True if attribution is on. The next fields are then the shares of the rounds with a transient change, and of the rounds in which
   * CloudTrail denies access.
   */
  isFollowing: boolean;
  flapping: number;
  denying: number;
  /** Share of the lookups in CloudTrail that have no time for the newest calls. */
  cutting: number;
  /** Share of the rounds that begin days after the previous round. */
  idling: number;
  /** The clocks of scans are wrong by up to this much, and may jump during a scan. */
  clockSkewMs: number;
  isLeaseBroken: boolean;
  /** The first round in which the algorithm is a newer version; 0: from the start. */
  newAlgorithmFrom: number;
  /** True if a region is sometimes missing from the configuration. */
  isReconfigured: boolean;
}

const minute = 60_000;

/** Draws the rates. In a third of the seeds the lease is broken; in a sixth of the seeds only reads fail. */
export function drawFaultRates(seed: number, random: Random): FaultRates {
  const isLeaseBroken = seed % 3 === 0;
  const isCalm = random.chance(1 / 6);
  const trouble = isCalm ? 0 : random.pick([0.01, 0.03, 0.06, 0.12]);
  const some = (share: number, of: number) => (random.chance(of) ? share : 0);
  return {
    regions: random.pick([1, 1, 2, 2, 3]),
    rounds: random.between(3, 8),
    tellGapAfterScans: random.pick([1, 2, 2, 3]),
    keepHistoryDays: random.pick([null, 1]),
    // Uses no random number, so that this setting changes nothing else in a seed.
    emptyRegionsEveryMinutes: [0, 20, 0, 60][seed % 4] ?? 0,
    failing: some(trouble, 0.7),
    losingAnswers: some(trouble, 0.7),
    dying: some(trouble / 2, 0.7),
    slow: some(trouble / 3, 0.5),
    changing: random.pick([0, 0.02, 0.05, 0.1]),
    overlapping: isCalm ? 0 : random.pick(isLeaseBroken ? [0.05, 0.15, 0.3] : [0, 0.05, 0.15]),
    late: random.pick([0, 0.1, 0.4]),
    spoiling: random.pick([0, 0.3, 0.7]),
    deaf: isCalm ? 0 : some(0.25, 0.4),
    silent: isCalm ? 0 : some(0.25, 0.3),
    mending: random.pick([0.2, 0.5]),
    eventful: random.pick([0, 0, 0.3, 0.6]),
    ...decideTrail(new Random(seed + trailSeeds)),
    idling: random.pick([0, 0.1, 0.5]),
    clockSkewMs: isCalm ? 0 : random.pick([0, 0, 0, 1_000, 10 * minute, 3 * 24 * 60 * minute]),
    isLeaseBroken,
    newAlgorithmFrom: some(random.between(2, 6), 0.25),
    isReconfigured: random.chance(0.1),
  };
}

/** Drawn from separate random numbers, so that attribution changes nothing else in a seed. */
export const trailSeeds = 2 ** 42;

/** True in a quarter of the seeds, because a lookup of calls takes as many turns as a small scan. */
function decideTrail(random: Random): Pick<FaultRates, 'isFollowing' | 'flapping' | 'denying' | 'cutting'> {
  const isFollowing = random.chance(1 / 4);
  return {
    isFollowing,
    flapping: isFollowing ? random.pick([0, 0.5]) : 0,
    denying: isFollowing && random.chance(0.3) ? 0.3 : 0,
    cutting: isFollowing && random.chance(0.5) ? 0.5 : 0,
  };
}
