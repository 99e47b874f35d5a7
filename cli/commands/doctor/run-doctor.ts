import { describeError } from '../../../lambda/adapters/describe-error.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { outputPrefix, stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import { identify } from '../../aws/caller-identity.ts';
import { explainHost } from '../../aws/explain-host.ts';
import { readerSettings } from '../../aws/monitor/reader-config.ts';
import { isOfMonitor } from '../../aws/select-monitor.ts';
import { loadStack } from '../../aws/stack-outputs.ts';
import { listStackResources } from '../../aws/stack-resources.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { refuseWrongClock } from '../../refuse-wrong-clock.ts';
import { printError } from '../../text/print-error.ts';
import { readNow } from '../../time/clock.ts';
import { decideExitCode } from './decide/decide-exit-code.ts';
import { listChecks } from './list-checks.ts';
import { type Known, openMonitor } from './open-monitor.ts';
import { renderRow, renderSummary, toDoctorDocument } from './render-row.ts';
import type { MonitorPlace, Row } from './row.ts';

interface DoctorOptions extends DeploymentOptions {
  /** The options `-c key=value`. */
  context: Readonly<Record<string, string>>;
}

/**
 * Throws CommandError if the credentials do not work. Throws CommandError if the stack, the region of the stack, or the monitor in the
 * stack does not exist.
 * Several checks run at the same time. A row is printed as soon as this row and all rows before it are known.
 */
export async function runDoctor(options: DoctorOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const { stack, stackRegion, profile = null, json = false } = options;
  terminal.showProgress('looking for the stack');
  const { account, credentials, homeRegion, clockOffsetMs } = await identify(profile, interrupted);
  refuseWrongClock(clockOffsetMs, context);
  const reader = { account, stack, region: stackRegion ?? homeRegion, profile, credentials };
  const now = readNow(context);
  const [deployed, listed] = await Promise.all([
    settle(loadStack(options, readerSettings(reader), interrupted), interrupted),
    settle(listStackResources(stack, readerSettings(reader), interrupted), interrupted),
  ]);
  if ('value' in deployed && deployed.value === null) throw describeNoStack(reader);
  if ('error' in deployed) {
    if (deployed.error instanceof CommandError) throw deployed.error;
    const problem = await explainHost(deployed.error);
    if (problem !== null) throw new CommandError(`${problem} The AWS SDK says: ${describeError(deployed.error)}`);
  }
  // If the outputs of the stack are not known, the value of `--monitor` gives the prefix that finds the resources of the monitor.
  const named = options.monitor === undefined ? null : outputPrefix(options.monitor);
  const { outputs, ...parts } = ('value' in deployed && deployed.value) || {
    outputs: null,
    monitor: named,
    others: [],
  };
  const place: MonitorPlace = { ...reader, monitor: parts.monitor };
  const resources =
    'value' in listed ? { value: listed.value.filter(({ logicalId }) => isOfMonitor(logicalId, parts)) } : listed;
  const tableName = options.table ?? outputs?.get(stackOutputs.snapshotTableName) ?? null;
  const monitor = openMonitor({
    place,
    deployed,
    resources,
    tableName,
    context: options.context,
    now,
    signal: interrupted,
  });
  try {
    const rows: Row[] = [];
    for (const { title, rows: pending } of listChecks(monitor)) {
      terminal.showProgress(`checking: ${title}`);
      const found = await pending;
      interrupted.throwIfAborted();
      rows.push(...found);
      if (!json) for (const row of found) terminal.out.print(renderRow(row, terminal));
    }
    terminal.showProgress(null);
    if (json) terminal.out.print(renderJson(toDoctorDocument(rows, place, now)));
    else terminal.out.print(`\n${renderSummary(rows, place)}`);
    reportUnknown(rows, context);
    endWith(decideExitCode(rows));
  } finally {
    monitor.close();
  }
}

/** Returns the result of a request, or its error, so that one failed request does not end the other checks. */
async function settle<T>(request: Promise<T>, signal: AbortSignal): Promise<Known<T>> {
  try {
    return { value: await request };
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}

function describeNoStack({ stack, region }: Pick<MonitorPlace, 'stack' | 'region'>): CommandError {
  return new CommandError(
    `There is no stack ${stack} in ${region}; choose the deployment with --stack, --stack-region and --profile.`,
  );
}

function reportUnknown(rows: readonly Row[], { terminal }: CommandContext): void {
  const unknown = rows.filter(({ status }) => status === 'unknown');
  if (unknown.length === 0) return;
  const actions = [...new Set(unknown.flatMap(({ permissions }) => permissions))].sort();
  const needed = actions.length === 0 ? '' : ` They need ${actions.join(', ')}.`;
  printError(
    `${renderCount(unknown.length, 'check')} could not be made, so nothing is known of their result.${needed}`,
    terminal,
  );
}
