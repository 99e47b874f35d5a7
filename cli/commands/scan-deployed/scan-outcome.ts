import * as z from 'zod/mini';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';
import { CommandError } from '../../command-error.ts';
import { toEntryDocument } from '../../json/to-entry-document.ts';
import type { LightEntry } from '../../questions/choose-full-entries.ts';

const resultSchema = z.object({
  skipped: z.boolean(),
  complete: z.boolean(),
  instancesListed: z.number(),
  instancesRead: z.number(),
  alerts: z.number(),
  /** Present only if the monitor watches several accounts: the number of accounts that the new pass will scan. Nothing is read yet. */
  accountsQueued: z.optional(z.number()),
});

export interface ScanOutcome {
  functionName: string;
  result: z.infer<typeof resultSchema>;
  /** The note of the scan; `null`: another scan was running, a pass has only begun, or the note could not be written. */
  scan: NotedScan | null;
  /** The entries that the scan recorded, newest first. */
  changes: LightEntry[];
}

/** Throws CommandError if the answer is not the result of a scan. */
export function parseResult(answer: unknown, functionName: string): ScanOutcome['result'] {
  const result = resultSchema.safeParse(answer);
  if (result.success) return result.data;
  throw new CommandError(
    `${functionName} did not answer like the scan function of Portwatch; name that function with --function (the stack's output ScanFunctionName).`,
  );
}

/** The document of `portwatch scan --deployed --json`; docs/command-line.md describes each field. */
export function toScanOutcomeDocument({ functionName, result, scan, changes }: ScanOutcome, account: string) {
  const record = scan && {
    startedAt: scan.startedAt,
    endedAt: scan.endedAt,
    notRead: scan.notRead,
    regionsFailed: scan.regionsFailed,
  };
  return {
    schema: 'portwatch.scan-deployed/1',
    account,
    functionName,
    ...result,
    scan: record,
    changes: changes.map((change) => toEntryDocument(change, null)),
  };
}
