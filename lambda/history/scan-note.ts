/**
 * The record of one scan. This record is stored in the scan's own item and in the lease item. The instants come from the clock of the scan.
 */
import * as z from 'zod/mini';
import { count, instant, instantOrNull, text } from '../contract/item-fields.ts';

const scanFields = {
  startedAt: instant,
  complete: z.boolean(),
  regionsListed: z.array(text),
  /**
   * The empty regions that the scan left out (setting `emptyRegionsEveryMinutes`). The keys are the starts of the last scans that listed
   * these regions. Missing if the scan left out no region.
   */
  regionsNotDue: z.optional(z.record(instant, z.array(text))),
  /** `resourceKey` of each instance that was listed and not read. */
  notRead: z.array(text),
};

const noteSchema = z.object({
  ...scanFields,
  endedAt: instant,
  /** The configured interval between scans when this scan ran. Notes of earlier versions lack this field. */
  scanEveryMinutes: z.optional(count),
});

export type ScanNote = z.output<typeof noteSchema>;

/** The part of a scan's note that the weekly digest counts. */
export type WeekScan = Pick<ScanNote, 'startedAt' | 'complete' | 'scanEveryMinutes'>;

export const notedScanSchema = z.extend(noteSchema, {
  /** The reason for each region that could not be listed, by region. */
  regionsFailed: z._default(z.record(text, text), {}),
  instancesListed: z._default(count, 0),
  instancesRead: z._default(count, 0),
  changes: z._default(count, 0),
  alerts: z._default(count, 0),
});

/** The item of a full scan. */
export type NotedScan = z.output<typeof notedScanSchema>;

export const lastScanSchema = z.object({
  ...scanFields,
  /** Items of earlier versions lack the next four fields. With several accounts, the state of a pass is computed from these fields. */
  instancesListed: z.optional(count),
  instancesRead: z.optional(count),
  openGaps: z.optional(count),
  /** Instant of the oldest entry that is recorded and not alerted; `null`: there is none. */
  oldestWaitingAt: z.optional(instantOrNull),
});

/** The data that the previous scan left in the lease item. */
export type LastScan = z.output<typeof lastScanSchema>;
