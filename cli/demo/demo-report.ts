import { openHistoryReader } from '../aws/open-deployment.ts';
import { loadReportInput } from '../report/load-report-input.ts';
import { writeReport } from '../report/write-report.ts';
import type { Terminal } from '../text/terminal.ts';
import { demoTableName } from './demo-environment.ts';
import { demoAccountId, demoHomeRegion } from './demo-fleet.ts';

/**
 * Writes the report of the demo, as `portwatch report` does, and returns the sentence that the demo prints. `span` is from the start of the
 * first scan to the end of the last scan. Throws CommandError if the file cannot be written.
 */
export async function writeDemoReport(
  file: string,
  span: { from: string; until: string },
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<string> {
  const place = { tableName: demoTableName, region: demoHomeRegion, account: demoAccountId };
  // Every client of the demo reads the credentials of the stand-ins from the environment variables.
  const { close, ...records } = openHistoryReader(place, undefined, interrupted, Date.now);
  try {
    const input = await loadReportInput(records, span, () => undefined);
    return await writeReport({ ...input, name: 'demo', builtAt: span.until }, file, terminal, interrupted);
  } finally {
    close();
  }
}
