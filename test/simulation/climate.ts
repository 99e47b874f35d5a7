/** What kind of trouble a seed has: how often things fail, and which. Decided once, from the seed. */
import { Random } from './random.ts';

export interface Climate {
  regions: number;
  rounds: number;
  tellGapAfterScans: number;
  keepHistoryDays: number | null;
  /** Shares of the calls that end so. */
  failing: number;
  losingAnswers: number;
  dying: number;
  slow: number;
  /** Shares of the turns at which the world changes, or the next scan begins though this one still runs. */
  changing: number;
  overlapping: number;
  /** Of the answers that arrive later than they were made. */
  late: number;
  /** Of the rounds in which something becomes unreadable, the topic goes down, or nobody listens; and in which that ends. */
  spoiling: number;
  deaf: number;
  silent: number;
  mending: number;
  /** Of the rounds in which events come, and of the turns of a scan at which they do. */
  eventful: number;
  /** Are calls followed? Then: of the rounds in which a firewall is changed for a while, and in which CloudTrail refuses. */
  isFollowing: boolean;
  flapping: number;
  denying: number;
  /** Of the rounds before which days pass. */
  idling: number;
  /** Clocks of scans are off by up to this much, and may jump while they run. */
  clockSkewMs: number;
  isLeaseBroken: boolean;
  /** Round from which on the running algorithm is a newer one; 0: it always was. */
  newAlgorithmFrom: number;
  /** Is a region at times not in the configuration? */
  isReconfigured: boolean;
}

const minute = 60_000;

/** In a third of the seeds the lease is broken, in a sixth of them nothing fails but what is to be read. */
export function decideClimate(seed: number, random: Random): Climate {
  const isLeaseBroken = seed % 3 === 0;
  const isCalm = random.chance(1 / 6);
  const trouble = isCalm ? 0 : random.pick([0.01, 0.03, 0.06, 0.12]);
  const some = (share: number, of: number) => (random.chance(of) ? share : 0);
  return {
    regions: random.pick([1, 1, 2, 2, 3]),
    rounds: random.between(3, 8),
    tellGapAfterScans: random.pick([1, 2, 2, 3]),
    keepHistoryDays: random.pick([null, 1]),
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

/** Seeds of their own: what calls are followed changes nothing in the others. */
export const trailSeeds = 2 ** 42;

/** In a quarter of the seeds: a pass over the calls takes as many turns as a small scan. */
function decideTrail(random: Random): Pick<Climate, 'isFollowing' | 'flapping' | 'denying'> {
  const isFollowing = random.chance(1 / 4);
  return {
    isFollowing,
    flapping: isFollowing ? random.pick([0, 0.5]) : 0,
    denying: isFollowing && random.chance(0.3) ? 0.3 : 0,
  };
}
