/** True if no complete scan ran for too long. The limit is that of the alarm on complete scans: three intervals, at least half an hour. */
export function isSilence(seconds: number, scanEveryMinutes: number): boolean {
  return seconds > Math.max(30, 3 * scanEveryMinutes) * 60;
}
