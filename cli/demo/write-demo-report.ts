import { openHistoryReader } from '../aws/open-history-reader.ts';
import { writeReport } from '../commands/report/run-report.ts';
import { loadReportInput } from '../report/load-report-input.ts';
import { demoAccountId, demoHomeRegion } from './demo-fleet.ts';
import { demoTableName } from './stage.ts';

/** From the start of the first scan to the end of the last one. */
export interface DemoSpan {
  from: string;
  until: string;
}

/** The report of what the demo played, as `portwatch report` writes it; what was written, in a sentence. Throws CommandError where it can't be. */
export async function writeDemoReport(file: string, span: DemoSpan, interrupted: AbortSignal): Promise<string> {
  const place = { tableName: demoTableName, region: demoHomeRegion, account: demoAccountId };
  // The stand-ins' credentials are in the environment, where every client of the demo finds them.
  const { reader, close } = openHistoryReader({ ...place, credentials: undefined }, interrupted);
  try {
    const input = await loadReportInput({ ...place, reader, ask: (asking) => asking }, span, () => undefined);
    return await writeReport({ ...input, name: 'demo', builtAt: span.until }, file, interrupted);
  } finally {
    close();
  }
}
