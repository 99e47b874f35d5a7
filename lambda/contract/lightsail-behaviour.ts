/**
 * The effects of firewall calls that AWS does not document, as real accounts have shown them. `null`: nobody has confirmed the effect, so
 * Portwatch relies on none of the possible effects. `npm run check:live` finds the effects. Enter them only here: the restore command,
 * `portwatch restore` and the attribution follow these values.
 */
export interface LightsailBehaviour {
  /** A request with sources of one address family only: the other family gets no source (`none`), or is open to the `world`. */
  missingFamily: 'none' | 'world' | null;
  /**
   * A request with an entry in `cidrListAliases` and no CIDR: opens the ports to no other source in IPv4 and IPv6 (`none`), or to the `world`.
   */
  aliasAlone: 'none' | 'world' | null;
  /** A request that opens ports that are open already: the sources of the request are added, or replace the sources of the rule. */
  opening: 'adds' | 'replaces' | null;
  /** A request that closes ports and names sources: closes the ports for these sources, or for all sources. */
  closing: 'sources' | 'ports' | null;
  /** A request that closes ports and names no sources: closes the ports for every source, or only for `0.0.0.0/0` and `::/0`. */
  closingUnnamed: 'every-source' | 'world' | null;
}

export const lightsailBehaviour: LightsailBehaviour = {
  missingFamily: null,
  aliasAlone: null,
  opening: null,
  closing: null,
  closingUnnamed: null,
};
