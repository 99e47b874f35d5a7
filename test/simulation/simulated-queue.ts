/** The queue of the accounts of a pass: messages arrive late, twice, and again after a run that died. */
import type { AccountMessage } from '../../lambda/pass/interfaces.ts';
import type { Random } from '../support/random.ts';

interface QueuedMessage {
  message: AccountMessage;
  visibleAt: number;
  receives: number;
}

/** Longer than the life of a scan, so that a message comes again only after its scan is over. */
const visibilityMs = 930_000;
const maxReceives = 5;

export class SimulatedQueue {
  readonly #random: Random;
  #messages: QueuedMessage[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** `lateMs`: the largest delay of a message. */
  send(message: AccountMessage, now: number, lateMs: number): void {
    const lateness = this.#random.chance(0.2) ? this.#random.between(0, lateMs) : 0;
    this.#messages.push({ message, visibleAt: now + lateness, receives: 0 });
  }

  /** Hides one visible message, and returns it. */
  receive(now: number): QueuedMessage | null {
    this.#messages = this.#messages.filter(({ receives }) => receives < maxReceives);
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    if (visible.length === 0) return null;
    const received = this.#random.pick(visible);
    received.receives += 1;
    received.visibleAt = now + visibilityMs;
    return received;
  }

  /** `repeatedAt`: the deletion is lost, and the message comes again at this time; `null`: it is deleted. */
  delete(received: QueuedMessage, repeatedAt: number | null): void {
    if (repeatedAt === null) this.#messages = this.#messages.filter((one) => one !== received);
    else received.visibleAt = repeatedAt;
  }

  nextVisibleAt(): number {
    return Math.min(...this.#messages.map(({ visibleAt }) => visibleAt));
  }
}
