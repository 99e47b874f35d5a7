/**
 * The pure core of Portwatch, for other tools: what a Lightsail firewall lets through, and what differs between two firewalls. No
 * input or output, no clock. docs/exposure.md describes the meaning.
 *
 * @packageDocumentation
 */

export {
  diffFirewalls,
  type Exposure,
  exposureOf,
  type Firewall,
  type FirewallDiff,
  type Note,
  type PortState,
  type Reach,
  type ReachProtocol,
  type Verdict,
} from '../lambda/firewall/index.ts';
