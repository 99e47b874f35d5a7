import { toEntryDocument } from '../../json/to-entry-document.ts';
import type { Answer, Opening, Question } from './find-exposed-instances.ts';

/** What `portwatch exposed --json` prints; docs/command-line.md describes each field. */
export function toExposedDocument(
  { query, from, until }: Question,
  { openings, instances, ratedBy, blindSpots, regionsNotDue }: Answer,
  account: string,
) {
  return {
    schema: 'portwatch.exposed/1',
    account,
    door: query,
    from,
    until,
    instancesAsked: instances,
    ratedBy,
    blindSpots,
    regionsNotDue,
    openings: openings.map(toOpening),
  };
}

function toOpening({ resource, from, until, certainty, severity, reach, maybe, gap, entries }: Opening) {
  const { region, instanceName } = resource;
  return {
    region,
    instanceName,
    from,
    until,
    certainty,
    severity,
    reach,
    maybe,
    gap,
    entries: entries.map(toEntryDocument),
  };
}
