import { type Exposure, rateExposure } from '../../lambda/firewall/index.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { RatedBy } from '../questions/choose-rating-settings.ts';
import type { OtherState } from '../questions/decide-entry-in-force.ts';
import type { StateAt } from '../questions/state-at.ts';
import { toEntryDocument } from './to-entry-document.ts';

/** A state as `--json` prints it; docs/command-line.md describes each field. */
export function toStateDocument(state: StateAt, ratedBy: RatedBy, names: AccountNames) {
  const { at, status, snapshot, entry, exposure, since, notBefore, gap, confirmedBefore, confirmedAfter } = state;
  const made = status === 'gone' ? entry : snapshot;
  return {
    at,
    status,
    ...toExposure(exposure, ratedBy),
    ratedBy,
    since,
    notBefore,
    changedBy: made?.changedBy ?? null,
    confirmedBefore,
    confirmedAfter,
    gap,
    either: state.either.map((other) => toOther(other, ratedBy, names)),
    flaps: state.transients.map((transient) => toEntryDocument(transient, names)),
    instance: snapshot?.instance ?? entry?.instance ?? null,
    snapshot: snapshot && { at: snapshot.at, version: snapshot.version, kind: snapshot.kind, rules: snapshot.rules },
  };
}

function toOther({ entry, status, exposure }: OtherState, ratedBy: RatedBy, names: AccountNames) {
  return { status, ...toExposure(exposure, ratedBy), entry: toEntryDocument(entry, names) };
}

function toExposure(exposure: Exposure | null, ratedBy: RatedBy) {
  if (exposure === null) return { severity: null, reason: null, exposure: null, dormant: null, notes: null };
  return {
    ...rateExposure(exposure, ratedBy),
    exposure: exposure.reach,
    dormant: exposure.dormant,
    notes: exposure.notes,
  };
}
