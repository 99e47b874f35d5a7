/**
 * Decides which outputs and resources of a stack belong to one monitor. A stack can have several monitors if a CDK app deploys them as
 * constructs. Pure.
 */
import { outputPrefix, stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { CommandError } from '../command-error.ts';

export interface MonitorOutputs {
  /**
   * The prefix of the logical ids of the monitor's outputs and resources.
   * `null`: the stack has no monitor, or a clone of the repository deployed the stack; the outputs then have no prefix.
   */
  readonly monitor: string | null;
  /** The key is the name of the output in `stackOutputs`. If `monitor` is `null`, every output of the stack is included. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The prefixes of the stack's monitors that were not selected. */
  readonly others: readonly string[];
}

const names: readonly string[] = Object.values(stackOutputs);
/** Matches the name of an output such as `WebAlertTopicArn1A2B3C4D`: a prefix, one of `names`, and a hash that the CDK adds. */
const ofConstruct = new RegExp(`^([A-Za-z0-9]+?)(${names.join('|')})[0-9A-F]{8}$`);

/**
 * Selects the monitor `wanted`, given by its id or its path in the stack. Without `wanted`, selects the monitor that a clone of the
 * repository deployed. If there is no such monitor, selects the only monitor of the stack. If the stack has no monitor, returns all
 * outputs.
 * Throws CommandError if the monitor `wanted` does not exist. Without `wanted`, throws CommandError if the stack has several monitors and a
 * clone deployed none of them.
 */
export function selectMonitor(
  outputs: ReadonlyMap<string, string>,
  { stack, monitor: wanted }: { stack: string; monitor?: string | undefined },
): MonitorOutputs {
  const found = groupOutputs(outputs);
  const prefixes = [...found.keys()].sort();
  const isClone = names.some((name) => outputs.has(name));
  const prefix = wanted === undefined ? null : outputPrefix(wanted);
  const list = isClone ? ['Monitor', ...prefixes] : prefixes;
  if (prefix === null && !isClone && prefixes.length > 1)
    throw new CommandError(`Stack ${stack} has the monitors ${list.join(' and ')}; choose one with --monitor.`);
  const monitor = prefix ?? (isClone ? null : (prefixes[0] ?? null));
  const chosen = monitor === null ? undefined : found.get(monitor);
  if (monitor === null || (isClone && monitor === 'Monitor' && !chosen))
    return { monitor: null, outputs, others: prefixes };
  if (!chosen)
    throw new CommandError(
      `Stack ${stack} has no monitor ${wanted}; ${list.length === 0 ? 'it has none' : `it has ${list.join(' and ')}`}.`,
    );
  return { monitor, outputs: chosen, others: prefixes.filter((other) => other !== monitor) };
}

/**
 * Returns the outputs of each monitor, by prefix. An output that is not of a monitor can match the pattern by chance. So a prefix counts
 * only if one of its outputs names the snapshot table.
 */
function groupOutputs(outputs: ReadonlyMap<string, string>): Map<string, Map<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  for (const [key, value] of outputs) {
    const [, prefix = '', name = ''] = ofConstruct.exec(key) ?? [];
    if (name === '') continue;
    const group = groups.get(prefix) ?? new Map<string, string>();
    groups.set(prefix, group.set(name, value));
  }
  return new Map([...groups].filter(([, group]) => group.has(stackOutputs.snapshotTableName)));
}

/** The start of the ids of the constructs inside a monitor. */
const children = [
  'AlertTopic',
  'HealthTopic',
  'EventTopic',
  'SnapshotTable',
  'DeadLetterQueue',
  'Scan',
  'Schedule',
  'Health',
  'Events',
  'AmazonQ',
  'Slack',
  'Existing',
];

/**
 * True if a resource of the stack belongs to the monitor. If `monitor` is `null`: true for every resource that belongs to none of the
 * monitors `others`.
 */
export function isOfMonitor(logicalId: string, { monitor, others }: Omit<MonitorOutputs, 'outputs'>): boolean {
  const isOf = (prefix: string) => children.some((child) => logicalId.startsWith(prefix + child));
  return monitor === null ? !others.some(isOf) : isOf(monitor);
}
