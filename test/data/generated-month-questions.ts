/** The correct answers about the generated month: who could reach a port at an instant, and which visitors a reach lets in. */
import { BlockList } from 'node:net';
import type { Certainty } from '../../cli/questions/certainty-of-open-ports.ts';
import type { Reach } from '../../lambda/firewall/sets/reach.ts';
import { type Opening, type Visitor, visitors, visitorsLetIn } from './generated-month-openings.ts';
import type { ScriptedInstance } from './generated-month-script.ts';
import { knowableAt } from './generated-month-truth.ts';
import type { MonthWorld } from './generated-month-world.ts';

export interface PortQuestion {
  protocol: Opening['protocol'];
  port: number;
  /** The visitor of the question; `null`: any visitor. */
  visitor: Visitor | null;
}

/** The certainty of an answer about one instance; `null`: the port was certainly closed. */
export function rightCertainty(
  world: MonthWorld,
  instance: ScriptedInstance,
  at: number,
  door: PortQuestion,
): Certainty | null {
  const { status, openings, next } = knowableAt(world, instance, at);
  const before = whoIsAsked(openings, door);
  const after = next === null ? before : whoIsAsked(next, door);
  const isSure = status !== 'unknown' && before.some((who) => after.includes(who));
  if (isSure) return 'open';
  if (status === 'unknown' && before.length > 0) return 'last-known';
  if (before.length + after.length > 0) return 'either';
  return status === 'unknown' ? 'unknown' : null;
}

/** A source without an address may have any address, so the browser is one of the visitors in question. */
function whoIsAsked(openings: readonly Opening[], { protocol, port, visitor }: PortQuestion): string[] {
  const inside = visitorsLetIn(openings, protocol, port);
  return visitor === null ? inside : inside.filter((who) => who === visitor || who === 'browser');
}

/** The visitors of the month that a reach in an answer lets in. Node's own code parses the CIDRs. */
export function visitorsLetInBy(reach: readonly Reach[], protocol: Opening['protocol'], port: number): string[] {
  const here = reach.filter((one) => one.protocol === protocol && one.from <= port && port <= one.to);
  const sources = here.flatMap((one) => one.sources);
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const source of sources.filter((text) => text.includes('/'))) {
    const [network = '', bits] = source.split('/');
    const family = network.includes(':') ? 'ipv6' : 'ipv4';
    lists[family].addSubnet(network, Number(bits), family);
  }
  const names = Object.keys(visitors) as Visitor[];
  const isIn = (name: Visitor) => {
    const { address } = visitors[name];
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    return lists[family].check(address, family);
  };
  return [...names.filter(isIn), ...(sources.includes('alias:lightsail-connect') ? ['browser'] : [])];
}
