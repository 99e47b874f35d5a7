import { openHistoryReader } from '../aws/open-history-reader.ts';
import { writeReport } from '../commands/report/run-report.ts';
import { decideRatedBy } from '../questions/rated-by.ts';
import { loadReportInput } from '../report/load-report-input.ts';
import { demoTableName } from './demo-environment.ts';
import { demoAccountId, demoHomeRegion } from './demo-fleet.ts';

/** From the start of the first scan to the end of the last one. */
export interface DemoSpan {
  from: string;
  until: string;
}

/** Writes the report of the demo, as `portwatch report` does. Returns a sentence for people. Throws CommandError if the file cannot be written. */
export async function writeDemoReport(file: string, span: DemoSpan, interrupted: AbortSignal): Promise<string> {
  const place = { tableName: demoTableName, region: demoHomeRegion, account: demoAccountId };
  // Every client of the demo takes the credentials of the stand-ins from the environment variables.
  const { reader, close } = openHistoryReader({ ...place, credentials: undefined }, interrupted);
  try {
    const deployment = {
      ...place,
      reader,
      loadRatedBy: async (at: string) => decideRatedBy(await reader.loadSettingsAt(at)),
      ask: <T>(asking: Promise<T>) => asking,
    };
    const input = await loadReportInput(deployment, span, () => undefined);
    return await writeReport({ ...input, name: 'demo', builtAt: span.until }, file, interrupted);
  } finally {
    close();
  }
}
