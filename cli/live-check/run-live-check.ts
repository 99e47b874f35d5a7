import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { decideRestorableRules } from '../../lambda/alerts/decide-restorable-rules.ts';
import { renderCalls, renderGuardedCommand } from '../../lambda/alerts/restore-command.ts';
import { lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import type { PortState } from '../../lambda/firewall/index.ts';
import type { Resource } from '../../lambda/history/entry.ts';
import { type CallerIdentity, identify } from '../aws/caller-identity.ts';
import { explainErrors } from '../aws/explain-errors.ts';
import { FirewallEditor } from '../aws/firewall-editor.ts';
import { findRecords, findRegionErrors, readListedRules } from '../aws/live-check-requests.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { renderJson } from '../json/render-json.ts';
import { callerPath } from '../options/caller-path.ts';
import { type CheckedPoint, decidePoint, renderBehaviour } from './decide-point.ts';
import type { Experiment, Finding, LiveService } from './experiments/experiment.ts';
import { experiments, notTried } from './list-experiments.ts';
import { LiveFirewall, type OriginalFirewall } from './live-firewall.ts';
import type { LiveLimits } from './live-limits.ts';
import { parseTrailRecord, type TrailRecord } from './trail-records.ts';

export interface LiveCheckOptions {
  instance: string;
  region: string;
  profile?: string;
  report: string;
}

/**
 * Records are read from this long before the start of the live check. CloudTrail's times are whole seconds, and its clock can differ from
 * the clock of STS, which gives the start.
 */
const clockToleranceMs = 5_000;

/**
 * Throws CommandError for a failure and for an interruption. After the experiments, also if they failed or were interrupted, tries to
 * restore the firewall and then writes the report.
 */
export async function runLiveCheck(
  { instance, region, profile, report }: LiveCheckOptions,
  { terminal, interrupted }: CommandContext,
  limits: LiveLimits,
): Promise<void> {
  const identity = await identify(profile ?? null, interrupted);
  const resource: Resource = { account: identity.account, region, instanceName: instance };
  // The time of AWS, which CloudTrail's records have.
  const startedAt = new Date(Date.now() + identity.clockOffsetMs - clockToleranceMs);
  const editor = new FirewallEditor(resource, identity, interrupted);
  try {
    const { rules, arn } = await editor.observe();
    const original = { rules, infos: toOriginalInfos(rules, instance) };
    const live = new LiveFirewall(editor, original, limits, interrupted);
    const byHand = renderPutBack(resource, original);
    terminal.out.print(
      `Changing the firewall of ${instance}. If this process is killed, put it back with:\n  ${byHand}\n`,
    );

    const points: CheckedPoint[] = [];
    const service = buildService(resource, identity, startedAt, limits, interrupted);
    const failure = await runExperiments(live, service, points, terminal);

    terminal.showProgress('putting the firewall back');
    const problem = await putBack(resource, identity, original, limits);
    const file = callerPath(report);
    await writeFile(file, `${renderJson(toReport(resource, arn, startedAt, points, problem === null))}\n`);
    if (problem !== null)
      throw new CommandError(`The firewall of ${instance} is not what it was: ${problem} Put it back with: ${byHand}`);
    const isBack = `The firewall of ${instance} is what it was; ${points.length} of ${experiments.length} points are in ${file}.`;
    if (interrupted.aborted) throw new CommandError(isBack);
    if (failure !== null)
      throw new CommandError(`${failure.message.replace(/\.?$/, '.')} ${isBack}`, { cause: failure });
    terminal.out.print(
      [...notTried.map((sentence) => `not tried: ${sentence}`), '', renderBehaviour(points), isBack].join('\n'),
    );
  } finally {
    editor.destroy();
  }
}

/**
 * Throws CommandError if there are no rules, or if AWS does not document how to write each rule: such a firewall cannot certainly be
 * restored.
 */
function toOriginalInfos(rules: readonly PortState[], instance: string): OriginalFirewall['infos'] {
  const restorable = decideRestorableRules(rules, lightsailBehaviour);
  const problem =
    'problem' in restorable ? restorable.problem : restorable.rules.length === 0 ? 'it has no rule' : null;
  if (problem !== null || !('rules' in restorable))
    throw new CommandError(
      `The firewall of ${instance} can't certainly be put back: ${problem}; expected rules that each name IPv4 and IPv6 sources. Nothing was changed.`,
    );
  return restorable.rules;
}

function renderPutBack({ account, region, instanceName }: Resource, { infos }: OriginalFirewall): string {
  const calls = [{ operation: 'PutInstancePublicPorts' as const, portInfos: [...infos] }];
  return renderGuardedCommand(account, renderCalls(calls, region, instanceName ?? ''));
}

/**
 * Adds the result of each experiment to `points`. Returns the error that ended the experiments early; `null`: every experiment was made.
 */
async function runExperiments(
  live: LiveFirewall,
  service: LiveService,
  points: CheckedPoint[],
  terminal: CommandContext['terminal'],
): Promise<Error | null> {
  for (const [index, experiment] of experiments.entries()) {
    terminal.showProgress(`${index + 1} of ${experiments.length}: ${experiment.question}`);
    try {
      const point = decidePoint(experiment, await findOrExplain(experiment, live, service));
      points.push(point);
      terminal.out.print(`${point.verdict}: ${point.sentence}`);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  return null;
}

/** If an experiment ends with CommandError, its result is unclear, and the next experiment is made. Throws every other error. */
async function findOrExplain(experiment: Experiment, live: LiveFirewall, service: LiveService): Promise<Finding> {
  try {
    return await experiment.run(live, service);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { found: null, evidence: { problem: error.message } };
  }
}

/**
 * Restores the firewall with requests that an interruption does not end. Returns the problem; `null`: a read shows the original firewall.
 */
async function putBack(
  resource: Resource,
  identity: CallerIdentity,
  original: OriginalFirewall,
  limits: LiveLimits,
): Promise<string | null> {
  const never = new AbortController().signal;
  const editor = new FirewallEditor(resource, identity, never);
  try {
    await new LiveFirewall(editor, original, limits, never).putBack();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    editor.destroy();
  }
}

function buildService(
  resource: Resource,
  identity: CallerIdentity,
  since: Date,
  { pauseMs, recordsWithinMs }: LiveLimits,
  signal: AbortSignal,
): LiveService {
  const { region, instanceName } = resource;
  const explain = <T>(work: Promise<T>, action: string) =>
    explainErrors(work, signal, `The request failed; allow ${action}.`);
  let deadline: number | null = null;
  return {
    caller: identity.arn,
    readListedRules: () => explain(readListedRules(resource, identity, signal), 'lightsail:GetInstances'),
    findRegionErrors: () => explain(findRegionErrors(region, identity, signal), 'lightsail:GetRegions'),
    async loadRecords({ made }) {
      // All experiments wait for the same records, so only the first call of `loadRecords` sets the deadline.
      deadline ??= performance.now() + recordsWithinMs;
      const wanted = made.filter(({ outcome }) => outcome.result !== 'unknown').length;
      for (;;) {
        const records: TrailRecord[] = [];
        for (const eventName of changingCalls) {
          const found = await explain(
            findRecords(eventName, since, region, identity, signal),
            'cloudtrail:LookupEvents',
          );
          records.push(...found.flatMap((record) => parseTrailRecord(record, instanceName ?? '', identity.arn) ?? []));
          await sleep(pauseMs, undefined, { signal });
        }
        if (records.length >= wanted || performance.now() > deadline) return records;
      }
    },
  };
}

const changingCalls = ['OpenInstancePublicPorts', 'CloseInstancePublicPorts', 'PutInstancePublicPorts'];

function toReport(
  resource: Resource,
  arn: string | null,
  startedAt: Date,
  points: readonly CheckedPoint[],
  isPutBack: boolean,
) {
  const ended = { startedAt: startedAt.toISOString(), endedAt: new Date().toISOString() };
  return { schema: 'portwatch.live-check/1', ...resource, arn, ...ended, isPutBack, points, notTried };
}
