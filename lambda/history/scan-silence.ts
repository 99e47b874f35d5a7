import type { WeekScan } from './scan-note.ts';

/** True if no complete scan ran for too long: for more than three intervals, and for more than half an hour. */
export function isSilence(seconds: number, scanEveryMinutes: number): boolean {
  return seconds > Math.max(30, 3 * scanEveryMinutes) * 60;
}

/**
 * Returns the durations between complete scans from `from` to `until`, in order. Both ends of this span count as complete scans. If the
 * configured interval changed between two scans, the longer interval decides `isTooLong`. `scanEveryMinutes`: the present interval.
 */
export function listSilences(
  scans: readonly WeekScan[],
  from: string,
  until: string,
  scanEveryMinutes: number,
): { seconds: number; isTooLong: boolean }[] {
  const complete = scans.filter((scan) => scan.complete);
  return [...complete, { startedAt: until, scanEveryMinutes }].map((scan, i) => {
    const before = complete[i - 1];
    const seconds = (Date.parse(scan.startedAt) - Date.parse(before?.startedAt ?? from)) / 1000;
    const noted = [before?.scanEveryMinutes, scan.scanEveryMinutes].filter((interval) => interval !== undefined);
    // Notes of earlier versions have no interval.
    const interval = noted.length === 0 ? scanEveryMinutes : Math.max(...noted);
    return { seconds, isTooLong: isSilence(seconds, interval) };
  });
}
