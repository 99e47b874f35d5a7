import { defaultRatingPolicy, type Exposure, rateExposure } from '../../lambda/firewall/index.ts';
import type { OtherState, StateAt } from '../questions/state-at.ts';
import { toStepDocument } from './to-step-document.ts';

/** A state as `--json` says it; docs/command-line.md has it field by field. */
export function toStateDocument(state: StateAt) {
  const { at, status, snapshot, entry, exposure, since, notBefore, gap, confirmedBefore, confirmedAfter } = state;
  const made = status === 'gone' ? entry : snapshot;
  return {
    at,
    status,
    ...toExposure(exposure),
    since,
    notBefore,
    changedBy: made?.changedBy ?? null,
    confirmedBefore,
    confirmedAfter,
    gap,
    either: state.either.map(toOther),
    flaps: state.transients.map(toStepDocument),
    instance: snapshot?.instance ?? entry?.instance ?? null,
    snapshot: snapshot && { at: snapshot.at, version: snapshot.version, kind: snapshot.kind, rules: snapshot.rules },
  };
}

function toOther({ entry, status, exposure }: OtherState) {
  return { status, ...toExposure(exposure), entry: toStepDocument(entry) };
}

function toExposure(exposure: Exposure | null) {
  if (exposure === null) return { severity: null, reason: null, exposure: null, dormant: null, notes: null };
  return {
    ...rateExposure(exposure, defaultRatingPolicy),
    exposure: exposure.reach,
    dormant: exposure.dormant,
    notes: exposure.notes,
  };
}
