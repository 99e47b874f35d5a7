import type { Row } from '../../../cli/commands/doctor/row.ts';
import type { HealthyMonitor } from '../healthy-monitor.ts';

/** Runs `portwatch doctor --json`. `bad`: the rows that are not OK. */
export async function runDoctor(monitor: HealthyMonitor, ...args: string[]) {
  const { code, stdout, stderr } = await monitor.doctor('--json', ...args);
  const { status, rows }: { status: string; rows: Row[] } = JSON.parse(stdout);
  return { code, stderr, status, rows, bad: rows.filter((row) => row.status !== 'ok') };
}
