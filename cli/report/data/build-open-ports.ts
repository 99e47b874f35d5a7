import { type Exposure, type RatingPolicy, type Reach, rateExposure } from '../../../lambda/firewall/index.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { allProtocols, axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import type { OpenPortData } from './report-data.ts';
import type { SharedValues } from './shared-values.ts';

/** A port of one instance that is open to the world. */
export type OpenPort = Omit<OpenPortData, 'instances'>;

/**
 * The ports of an exposure that are open to the world, or that count as open to the world. Adjacent ports of a protocol become one entry.
 * All known protocols become one entry if all their ports are open. A rule with an unknown field has an entry of its own.
 */
export function listOpenPorts({ reach, notes }: Exposure, policy: RatingPolicy, shared: SharedValues): OpenPort[] {
  const toNamedPort = (run: Run) => toOpenPort(describePorts(run.protocol, run.from, run.to), [run], policy);
  const isWorld = ({ protocol, sources }: Reach) =>
    shared.sourceSets.values[shared.sourceSet(protocol, sources)]?.width === 'world';
  const runs = joinNeighbours(reach.filter(isWorld));
  const wholes = runs.filter(({ from, to }) => from === 0 && to === axisSize - 1);
  const isAll = allProtocols.every((protocol) => wholes.some((run) => run.protocol === protocol));
  const openPorts = isAll
    ? [
        toOpenPort('all protocols', wholes, policy),
        ...runs.filter(({ protocol }) => protocol.startsWith('unknown:')).map(toNamedPort),
      ]
    : runs.map(toNamedPort);
  if (!notes.some(({ code }) => code === 'unknown-field')) return openPorts;
  return [...openPorts, { label: 'a rule that is not fully understood', severity: 'critical' }];
}

interface Run extends Omit<Reach, 'sources'> {
  pieces: Reach[];
}

function joinNeighbours(reach: readonly Reach[]): Run[] {
  const runs: Run[] = [];
  for (const piece of reach) {
    const last = runs.at(-1);
    if (last !== undefined && last.protocol === piece.protocol && last.to + 1 === piece.from) {
      last.to = piece.to;
      last.pieces.push(piece);
    } else runs.push({ ...piece, pieces: [piece] });
  }
  return runs;
}

/** Rated without notes, because a rule that is not understood has an element of its own in the list of open ports. */
function toOpenPort(label: string, runs: readonly Run[], policy: RatingPolicy): OpenPort {
  const reach = runs.flatMap(({ pieces }) => pieces);
  return { label, severity: rateExposure({ reach, dormant: [], notes: [] }, policy).severity };
}

/**
 * Most severe first; of equal severity, the ports with the most instances first. `openPorts[i]` belongs to the instance with the index `i`
 * in the report.
 */
export function joinOpenPorts(openPorts: readonly (readonly OpenPort[])[]): OpenPortData[] {
  const joined = new Map<string, OpenPortData>();
  for (const [instance, list] of openPorts.entries()) {
    for (const { label, severity } of list) {
      const key = `${severity} ${label}`;
      const openPort = joined.get(key) ?? { label, severity, instances: [] };
      openPort.instances.push(instance);
      joined.set(key, openPort);
    }
  }
  return [...joined.values()].sort((a, b) => bySeverity(a, b) || b.instances.length - a.instances.length);
}
