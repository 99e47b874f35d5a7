import { setTimeout as sleep } from 'node:timers/promises';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { planRestoreCalls, type RestorePlan } from '../../../lambda/alerts/plan-restore-calls.ts';
import { isSafeOnCommandLine, renderCalls, renderGuardedCommand } from '../../../lambda/alerts/restore-command.ts';
import { lightsailBehaviour } from '../../../lambda/contract/lightsail-behaviour.ts';
import { diffFirewalls, type FirewallDiff } from '../../../lambda/firewall/index.ts';
import { hasEffect } from '../../../lambda/firewall/sets/reach.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { findInstance } from '../../aws/find-instance.ts';
import { FirewallEditor, type InstanceOperation } from '../../aws/firewall-editor.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import { withClient } from '../../aws/with-client.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { renderJson } from '../../json/render-json.ts';
import type { InstanceOptions } from '../../options/deployment-options.ts';
import { requireConsent } from '../../require-consent.ts';
import { readClock } from '../../time/clock.ts';
import { parsePastTime, refuseFuture } from '../../time/parse-span.ts';
import { chooseCredentials } from './choose-credentials.ts';
import type { Aim } from './decide-firewall-to-restore.ts';
import { type ChangeLog, describeDone } from './describe-made-changes.ts';
import { loadAim } from './load-firewall-to-restore.ts';
import { compareWithHistory, refuseChangedMeanwhile, refuseOtherInstance } from './refuse-restore.ts';
import {
  describeChange,
  describeOthers,
  describeUnlike,
  nameCall,
  type PlannedRestore,
  type RestoreOutcome,
  renderOutcome,
  renderPlan,
  toRestoreDocument,
} from './render-restore.ts';

interface RestoreOptions extends InstanceOptions {
  to?: string;
  beforeAlert?: string;
  dryRun?: boolean;
  anyway?: boolean;
  yes?: boolean;
  /** How long the command waits for a read that shows the restored firewall, in seconds. */
  wait: number;
  /** The profile that reads the table. If left out, `profile` reads the table. */
  tableProfile?: string;
}

/** The pause between two reads, until a read shows the change. */
const pauseMs = 500;

/**
 * After Ctrl-C, throws CommandError. After the first call to Lightsail, the message of every CommandError names the calls that were made
 * and those that were not.
 */
export async function runRestore(
  instanceName: string,
  options: RestoreOptions,
  context: CommandContext,
): Promise<void> {
  const log: ChangeLog = { planned: [], made: [], isReached: false };
  try {
    await restore(instanceName, options, context, log);
  } catch (error) {
    if (context.interrupted.aborted) throw new CommandError(describeDone(log), { cause: error });
    if (log.made.length === 0 || !(error instanceof CommandError)) throw error;
    throw new CommandError(`${error.message.replace(/\.?$/, '.')} ${describeDone(log)}`, { cause: error });
  }
}

async function restore(name: string, options: RestoreOptions, context: CommandContext, log: ChangeLog): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  const clock = readClock(options, context);
  const { profile, tableProfile = profile, beforeAlert } = options;
  const to = options.to === undefined ? null : parsePastTime(options.to, '--to', clock);
  await withDeployment({ ...options, profile: tableProfile }, context, async (deployment) => {
    if (to !== null) refuseFuture(to, clock);
    const { names } = deployment;
    const { account, resource } = await findInstance(deployment, name, options.region ?? null);
    const { present, aim, ratedBy } = await loadAim(account, resource, { to, beforeAlert }, clock);
    const identity = await chooseCredentials(resource, deployment, options, interrupted);
    await withClient(new FirewallEditor(resource, identity, interrupted), async (editor) => {
      terminal.showProgress('reading the firewall');
      const now = await editor.observe();
      refuseOtherInstance(now, aim, name);
      const unlikeHistory = compareWithHistory(now, present, clock.renderTime);
      if (unlikeHistory !== null && !options.anyway)
        throw new CommandError(`${describeUnlike(unlikeHistory, name)}; --anyway continues. Nothing was changed.`);
      const operationsBefore = await editor.listOperations();

      const planned: PlannedRestore = { resource, names, caller: identity.arn, now, aim, unlikeHistory };
      const print = (outcome: RestoreOutcome) =>
        terminal.out.print(
          options.json
            ? renderJson(toRestoreDocument(planned, outcome))
            : renderOutcome(planned, outcome, clock.renderTime),
        );
      if (!hasEffect(diffFirewalls(now.rules, aim.rules).verdict)) return print({ outcome: 'nothing-to-do' });
      const plan = planRestoreCalls(now.rules, aim.rules, lightsailBehaviour);
      if ('problem' in plan)
        throw new CommandError(
          `The firewall of ${name} can't be put back to what it was ${aim.when}: ${plan.problem}.`,
        );
      const talk = options.json || options.dryRun ? terminal.err : terminal.out;
      talk.print(renderPlan(planned, plan, ratedBy, terminal));
      if (options.dryRun) return print({ outcome: 'dry-run', plan, command: renderCommand(resource, plan) });
      if (!options.yes)
        await requireConsent(
          `Type yes to change the firewall of ${renderPlain(name, 80)}: `,
          'Nothing was changed.',
          context,
        );

      terminal.showProgress('reading the firewall once more');
      refuseChangedMeanwhile(now, await editor.observe(), name);
      await makeCalls(editor, plan, log, context);

      terminal.showProgress('reading until the change shows');
      const left = await readBack(editor, aim, options.wait, interrupted);
      log.isReached = left === null;
      terminal.showProgress('looking for operations of others');
      const others = findOthers(operationsBefore, await editor.listOperations(), log);
      if (left !== null)
        throw new CommandError(
          `The firewall of ${name} is not what it was ${aim.when}: ${describeChange(left, 'has to open', 'has to close')}. ${describeOthers(others, log)}`,
        );
      print({ outcome: 'restored', plan, log, others });
      if (others.length > 0) endWith(exitCodes.found);
    });
  });
}

function renderCommand({ account, region, instanceName }: Resource, { calls }: RestorePlan): string {
  const name = instanceName ?? '';
  if (!isSafeOnCommandLine(region, name))
    throw new CommandError('The name of the instance or of its region is not safe on a command line.');
  return renderGuardedCommand(account, renderCalls(calls, region, name));
}

/**
 * Throws CommandError at a refused call, and the reason of the signal at an interruption. Returns after a call without an answer: the next
 * read shows whether that call had an effect.
 */
async function makeCalls(
  editor: FirewallEditor,
  { calls }: RestorePlan,
  log: ChangeLog,
  { terminal, interrupted }: CommandContext,
): Promise<void> {
  log.planned = calls.map(nameCall);
  for (const call of calls) {
    interrupted.throwIfAborted();
    terminal.showProgress(`changing the firewall: ${nameCall(call)}`);
    const outcome = await editor.perform(call);
    log.made.push({ name: nameCall(call), outcome });
    if (outcome.result === 'unknown') return;
    if (outcome.result === 'refused')
      throw new CommandError(
        `Lightsail refused the change; allow lightsail:${call.operation} if the reason is denied access. The AWS SDK says: ${outcome.problem}`,
      );
  }
}

/**
 * Reads until the firewall has the effect of the aim's rules, and then returns `null`. After `seconds`, returns the changes that are still
 * missing.
 */
async function readBack(
  editor: FirewallEditor,
  { rules }: Aim,
  seconds: number,
  signal: AbortSignal,
): Promise<FirewallDiff | null> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const left = diffFirewalls(await editor.readRules(), rules);
    if (!hasEffect(left.verdict)) return null;
    if (performance.now() >= deadline) return left;
    await sleep(pauseMs, undefined, { signal });
  }
}

function findOthers(
  before: readonly InstanceOperation[],
  after: readonly InstanceOperation[],
  { made }: ChangeLog,
): InstanceOperation[] {
  const known = new Set(before.map(({ id }) => id));
  for (const { outcome } of made) if (outcome.result === 'accepted') known.add(outcome.operationId ?? '');
  return after.filter(({ id }) => !known.has(id));
}
