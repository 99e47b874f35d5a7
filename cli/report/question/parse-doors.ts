/** Which ports a person means: `22`, `tcp/22`, `udp 53`, `8000-9000`, `ssh`, `icmp`, `ping`. */
import type { ReachProtocol } from '../../../lambda/firewall/reach.ts';
import { axisSize } from '../../../lambda/firewall/rectangle.ts';

/** An inclusive interval of a protocol's axis. */
export interface DoorInterval {
  protocol: ReachProtocol;
  from: number;
  to: number;
}

export type Services = Readonly<Record<string, readonly (readonly [protocol: string, port: number])[]>>;

const last = axisSize - 1;

/** Echo request: type 8 of ICMP, 128 of ICMPv6, any code. */
const ping: DoorInterval[] = [
  { protocol: 'icmp', from: 8 * 256, to: 8 * 256 + 255 },
  { protocol: 'icmpv6', from: 128 * 256, to: 128 * 256 + 255 },
];

/** `null`: the text is none of the forms. A port without a protocol is tcp's and udp's. */
export function parseDoors(text: string, services: Services): DoorInterval[] | null {
  const words = text.trim().toLowerCase();
  if (words === 'ping') return ping;
  const service = Object.hasOwn(services, words) ? services[words] : undefined;
  if (service !== undefined) return service.flatMap(([protocol, port]) => toIntervals(protocol, port, port));
  const [, protocol, from, to] =
    /^(tcp|udp|icmp|icmpv6|other)?[\s/:]*(?:(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?)?$/.exec(words) ?? [];
  if (protocol === undefined && from === undefined) return null;
  if (from === undefined) return toIntervals(protocol, 0, last);
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp') return null;
  const [low, high] = [Number(from), Number(to ?? from)];
  return low <= high && high <= last ? toIntervals(protocol, low, high) : null;
}

function toIntervals(protocol: string | undefined, from: number, to: number): DoorInterval[] {
  const known = (['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const).filter((each) => each === protocol);
  return (protocol === undefined ? (['tcp', 'udp'] as const) : known).map((each) => ({ protocol: each, from, to }));
}

/** Does an interval meet one of these? A protocol that is not known may be any. */
export function meetsDoors(doors: readonly DoorInterval[], protocol: string, from: number, to: number): boolean {
  return (
    protocol.startsWith('unknown:') ||
    doors.some((door) => door.protocol === protocol && door.from <= to && from <= door.to)
  );
}
