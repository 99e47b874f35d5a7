/** Decides which outputs and resources of a stack belong to one monitor. The stack of another CDK app can have several monitors. Pure. */
import { outputPrefix, stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { CommandError } from '../command-error.ts';

export interface MonitorOutputs {
  /**
   * The prefix of the logical ids of the monitor's outputs and resources. `null`: the monitor of a clone, whose outputs have no prefix, or
   * no monitor.
   */
  readonly monitor: string | null;
  /** The keys are the names that the outputs have in a clone. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The prefixes of the other monitors of the stack. */
  readonly others: readonly string[];
}

const names: readonly string[] = Object.values(stackOutputs);
/** `WebAlertTopicArn1A2B3C4D`: a prefix, a name, and the hash of the CDK. */
const ofConstruct = new RegExp(`^([A-Za-z0-9]+?)(${names.join('|')})[0-9A-F]{8}$`);

/**
 * The outputs of the monitor `wanted`, given by its id or its path in the stack. Without `wanted`: those of the monitor of a clone, or of
 * the only monitor, or all outputs of a stack without a monitor. Throws CommandError if the wanted monitor does not exist, or if `wanted`
 * is missing and there are several and none of a clone.
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
 * Returns the outputs of each monitor, by prefix. An output of another construct can have one of the names by chance. So a prefix counts
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
