import { exposureOf, type PortState, type Reach } from '../../lambda/firewall/index.ts';

export const world = '0.0.0.0/0';
export const everybody = [world, '::/0'];

/** An open rule. A source that starts with `@` is an alias. */
export function rule(protocol: string, from: number, to: number, ...sources: string[]): PortState {
  const isAlias = (source: string) => source.startsWith('@');
  return {
    protocol,
    fromPort: from,
    toPort: to,
    state: 'open',
    cidrs: sources.filter((source) => !isAlias(source)),
    ipv6Cidrs: [],
    cidrListAliases: sources.filter(isAlias).map((source) => source.slice(1)),
  };
}

export const reachOf = (...rules: PortState[]): Reach[] => exposureOf({ rules }).reach;
