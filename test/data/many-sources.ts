/** Rules with more sources than Lightsail allows (60 for each family): random addresses that can't be compressed well. */
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import { Random } from '../support/random.ts';

export function randomIpv6(count: number, seed: number): string[] {
  const random = new Random(seed);
  const group = () => random.between(0, 0xffff).toString(16);
  return distinct(count, () => `2a00:${Array.from({ length: 7 }, group).join(':')}/128`);
}

/** Public addresses without neighbours: neighbours would merge. */
export function randomIpv4(count: number, seed: number): string[] {
  const random = new Random(seed);
  const part = () => random.between(0, 255);
  return distinct(count, () => `${random.between(50, 90)}.${part()}.${part()}.${part() & 0xfe}/32`);
}

function distinct(count: number, draw: () => string): string[] {
  const drawn = new Set<string>();
  while (drawn.size < count) drawn.add(draw());
  return [...drawn];
}

export function sshFrom(cidrs: string[], ipv6Cidrs: string[]): PortState {
  return { protocol: 'tcp', fromPort: 22, toPort: 22, state: 'open', cidrs, ipv6Cidrs, cidrListAliases: [] };
}
