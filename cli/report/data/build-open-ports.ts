import {
  type Exposure,
  type RatingPolicy,
  type Reach,
  rateExposure,
  severities,
} from '../../../lambda/firewall/index.ts';
import { allProtocols, axisSize } from '../../../lambda/firewall/sets/rectangle.ts';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';
import type { OpenPortData } from './report-data.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A door of one instance that stands open to the world. */
export type OpenPort = Omit<OpenPortData, 'instances'>;

/** What of an exposure is open to the world, or counts as that: neighbouring ports are one door, and all there is is one. */
export function listOpenPorts({ reach, notes }: Exposure, policy: RatingPolicy, vocabulary: Vocabulary): OpenPort[] {
  const nameDoor = (run: Run) => toDoor(describePorts(run.protocol, run.from, run.to), [run], policy);
  const isWorld = ({ protocol, sources }: Reach) =>
    vocabulary.sourceSets.values[vocabulary.sourceSet(protocol, sources)]?.width === 'world';
  const runs = joinNeighbours(reach.filter(isWorld));
  const wholes = runs.filter(({ from, to }) => from === 0 && to === axisSize - 1);
  const isAll = allProtocols.every((protocol) => wholes.some((run) => run.protocol === protocol));
  const doors = isAll
    ? [
        toDoor('all protocols', wholes, policy),
        ...runs.filter(({ protocol }) => protocol.startsWith('unknown:')).map(nameDoor),
      ]
    : runs.map(nameDoor);
  if (!notes.some(({ code }) => code === 'unknown-field')) return doors;
  return [...doors, { label: 'a rule that is not fully understood', severity: 'critical' }];
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

/** These ports are open to the world anyway, and a rule that is not understood has a door of its own: notes would change nothing. */
function toDoor(label: string, runs: readonly Run[], policy: RatingPolicy): OpenPort {
  const reach = runs.flatMap(({ pieces }) => pieces);
  return { label, severity: rateExposure({ reach, dormant: [], notes: [] }, policy).severity };
}

/** The same doors of many instances as one, worst first, then by how many have it. `doors[i]` are those of instance `i`. */
export function joinOpenPorts(doors: readonly (readonly OpenPort[])[]): OpenPortData[] {
  const joined = new Map<string, OpenPortData>();
  for (const [instance, list] of doors.entries()) {
    for (const { label, severity } of list) {
      const key = `${severity} ${label}`;
      const door = joined.get(key) ?? { label, severity, instances: [] };
      door.instances.push(instance);
      joined.set(key, door);
    }
  }
  const rank = ({ severity }: OpenPortData) => severities.indexOf(severity);
  return [...joined.values()].sort((a, b) => rank(a) - rank(b) || b.instances.length - a.instances.length);
}
