/**
 * A second implementation of approvals, by brute force: it checks every point (protocol, port, source) of a small universe against each
 * rule and each approval. It shares no code with the product: networks come from a table of a few texts, each with the addresses of the
 * universe that it contains, and Node reads the networks of a result.
 */
import { BlockList } from 'node:net';

/** The addresses of the universe. A named source is a separate point. */
const points = [
  '198.51.100.0',
  '198.51.100.1',
  '198.51.100.2',
  '198.51.100.3',
  '2001:db8::',
  '2001:db8::1',
  'alias:lightsail-connect',
  'unspecified',
  'unparsed:10.0.0.0/33',
] as const;

/** The text of a source, and the points that it contains. */
export const holds: Readonly<Record<string, readonly string[]>> = {
  '198.51.100.0/30': points.slice(0, 4),
  '198.51.100.0/31': points.slice(0, 2),
  '198.51.100.2/31': points.slice(2, 4),
  '198.51.100.1/32': ['198.51.100.1'],
  '198.51.100.3/32': ['198.51.100.3'],
  '0.0.0.0/0': points.slice(0, 4),
  '::/0': points.slice(4, 6),
  '2001:db8::/127': points.slice(4, 6),
  '2001:db8::1/128': ['2001:db8::1'],
  'alias:lightsail-connect': ['alias:lightsail-connect'],
  unspecified: ['unspecified'],
  'unparsed:10.0.0.0/33': ['unparsed:10.0.0.0/33'],
};

export const ports = [0, 1, 2, 3, 4, 5] as const;
export const protocols = ['tcp', 'udp', 'other', 'unknown:sctp', 'unknown:gre'] as const;

export interface Box {
  protocol: (typeof protocols)[number];
  from: number;
  to: number;
  sources: string[];
}

/** Every point of the boxes, as text. */
export function pointsOf(boxes: readonly Box[]): Set<string> {
  const found = new Set<string>();
  for (const { protocol, from, to, sources } of boxes)
    for (const port of ports)
      for (const source of sources)
        for (const point of port >= from && port <= to ? holds[source]! : []) found.add(`${protocol} ${port} ${point}`);
  return found;
}

const contained = new Map<string, readonly string[]>();

/** The points of the universe that a source of a result contains. */
function pointsIn(source: string): readonly string[] {
  const known = contained.get(source) ?? findPoints(source);
  contained.set(source, known);
  return known;
}

function findPoints(source: string): readonly string[] {
  const [address = '', prefix] = source.split('/');
  if (!/^[0-9a-f.:]+$/.test(address)) return points.filter((point) => point === source);
  const isFour = address.includes('.');
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), isFour ? 'ipv4' : 'ipv6');
  return (isFour ? points.slice(0, 4) : points.slice(4, 6)).filter((point) =>
    list.check(point, isFour ? 'ipv4' : 'ipv6'),
  );
}

/** Every point of a result, as text. */
export function pointsOfReach(
  reach: readonly { protocol: string; from: number; to: number; sources: string[] }[],
): Set<string> {
  const found = new Set<string>();
  for (const { protocol, from, to, sources } of reach)
    for (let port = from; port <= to; port += 1)
      for (const source of sources) for (const point of pointsIn(source)) found.add(`${protocol} ${port} ${point}`);
  return found;
}
