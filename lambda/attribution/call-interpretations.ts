/**
 * The possible effects of Open, Close and Put that the documentation of Lightsail does not define. Lightsail behaves the same way each
 * time, so one interpretation is tried on all calls between two reads. An interpretation is possible if its result is the firewall of the
 * later read.
 */
import { type LightsailBehaviour, lightsailBehaviour } from '../contract/lightsail-behaviour.ts';

const points = ['missingFamily', 'opening', 'closing'] as const;

export type CallInterpretation = { [P in (typeof points)[number]]: NonNullable<LightsailBehaviour[P]> };

/** The first interpretation is the most literal: it opens only what the request names. */
export const callInterpretations: readonly [CallInterpretation, ...CallInterpretation[]] = [
  { missingFamily: 'none', opening: 'adds', closing: 'sources' },
  { missingFamily: 'world', opening: 'adds', closing: 'sources' },
  { missingFamily: 'none', opening: 'replaces', closing: 'sources' },
  { missingFamily: 'world', opening: 'replaces', closing: 'sources' },
  { missingFamily: 'none', opening: 'adds', closing: 'ports' },
  { missingFamily: 'world', opening: 'adds', closing: 'ports' },
  { missingFamily: 'none', opening: 'replaces', closing: 'ports' },
  { missingFamily: 'world', opening: 'replaces', closing: 'ports' },
];

/**
 * Returns the interpretations of calls that agree with what was observed of Lightsail in real accounts. `null` in `behaviour`: not observed
 * yet, so no interpretation is excluded.
 */
export function listPossibleInterpretations(behaviour: LightsailBehaviour): CallInterpretation[] {
  return callInterpretations.filter((each) =>
    points.every((point) => behaviour[point] === null || behaviour[point] === each[point]),
  );
}

/** `replayCalls` tries each of these interpretations. `applyCall` uses the first one if its caller gives no interpretation. */
export const possibleInterpretations = listPossibleInterpretations(lightsailBehaviour);
