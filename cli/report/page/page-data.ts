import type { AttributionData, ChangeData, ReachListData, ReportData, SourceSetData } from '../data/report-data.ts';
import { byId } from './element.ts';

export const report: ReportData = JSON.parse(byId('data').textContent ?? '');

export const textOf = (number: number | undefined): string =>
  number === undefined ? '' : (report.texts[number] ?? '');

export const listOf = (number: number | null): ReachListData | null =>
  number === null ? null : (report.lists[number] ?? null);

export const setOf = (number: number): SourceSetData | null => report.sourceSets[number] ?? null;

export const attributionOf = ({ by }: ChangeData): AttributionData | null =>
  by === null ? null : (report.attributions[by] ?? null);

/** `IAM user alice`; `null`: the actor is not known. */
export function actorOf(change: ChangeData): string | null {
  const actors = attributionOf(change)?.actors ?? null;
  return actors === null ? null : textOf(actors);
}

/** `web-1`; with several accounts, in which names can repeat, `web-1 (prod)`. */
export function nameOf(number: number): string {
  const { name = '', accountName = null } = report.instances[number] ?? {};
  return accountName === null ? name : `${name} (${accountName})`;
}
