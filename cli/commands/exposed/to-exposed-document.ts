import { toEntryDocument } from '../../json/to-entry-document.ts';
import { type AccountNames, resourceFields } from '../../questions/account-names.ts';
import type { Answer, Opening, Question } from './find-exposed-instances.ts';

/** The document of `portwatch exposed --json`; docs/command-line.md describes each field. */
export function toExposedDocument(
  { query, from, until }: Question,
  { openings, instances, ratedBy, blindSpots, regionsNotDue, names }: Answer,
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
    openings: openings.map((opening) => toOpening(opening, names)),
  };
}

function toOpening(
  { resource, from, until, certainty, severity, reach, maybe, gap, entries }: Opening,
  names: AccountNames,
) {
  return {
    ...resourceFields(resource, names),
    from,
    until,
    certainty,
    severity,
    reach,
    maybe,
    gap,
    entries: entries.map((entry) => toEntryDocument(entry, names)),
  };
}
