/**
 * The possible behaviours of Open, Close and Put, as far as the documentation of Lightsail leaves them open. Lightsail behaves the same
 * way each time, so one interpretation is tried on all calls between two reads. An interpretation is possible if its result is the firewall of the later read.
 */
export interface CallInterpretation {
  /** A request with sources of one address family only: the other family gets no source (`none`), or is open to the `world`. */
  missingFamily: 'none' | 'world';
  /** Opening ports that are open already: the sources are added, or replace the sources of the rule. */
  opening: 'adds' | 'replaces';
  /** Closing ports with named sources: closes these sources, or the ports for all sources. */
  closing: 'sources' | 'ports';
}

/** The first is the most literal: it opens only what the request names. */
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
