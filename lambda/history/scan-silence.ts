/** True if no complete scan ran for too long: for more than three intervals, and for more than half an hour. */
export function isSilence(seconds: number, scanEveryMinutes: number): boolean {
  return seconds > Math.max(30, 3 * scanEveryMinutes) * 60;
}
