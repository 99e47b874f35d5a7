import { type Exposure, exposureOf, type PortState } from '../../../lambda/firewall/index.ts';

/** The exposure of one rule as it was answered. */
export function read(rule: unknown): Exposure {
  return exposureOf({ rules: [rule as PortState] });
}

export const open = (protocol: unknown, fromPort?: unknown, toPort?: unknown) => {
  return { protocol, fromPort, toPort, cidrs: ['0.0.0.0/0'] };
};

/** Every port of a protocol. */
export const full = (protocol: string, sources = ['0.0.0.0/0']) => ({ protocol, from: 0, to: 65535, sources });

export const codes = ({ notes }: Exposure) => notes.map(({ code }) => code);
