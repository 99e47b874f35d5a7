import type { ScanObserver } from './interfaces.ts';

/** Bookkeeping that the next scan can do as well: its failure is said, and ends nothing else. */
export async function attempt<T>(
  observe: ScanObserver,
  step: string,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    observe({ event: 'bookkeeping-failed', step, error });
    return undefined;
  }
}
