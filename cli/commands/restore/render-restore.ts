import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { describeInfo, type RestoreCall, type RestorePlan } from '../../../lambda/alerts/plan-restore-calls.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import {
  compareFirewalls,
  defaultRatingPolicy,
  type FirewallDiff,
  type RatingPolicy,
  rankClosed,
  rankOpened,
} from '../../../lambda/firewall/index.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import type { InstanceOperation, ObservedFirewall } from '../../aws/firewall-editor.ts';
import { type AccountNames, accountFields } from '../../questions/account-names.ts';
import { listReach, rankChange } from '../../text/list-reach.ts';
import { renderAccount } from '../../text/render-place.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { RenderTime } from '../../time/render-time.ts';
import type { Aim } from './decide-firewall-to-restore.ts';
import type { ChangeLog } from './describe-made-changes.ts';

/** How the real firewall differs from the firewall in the history. `diff`: `null` if the history has no firewall to compare. */
export interface UnlikeHistory {
  why: string;
  diff: FirewallDiff | null;
}

export interface PlannedRestore {
  resource: Resource;
  names: AccountNames;
  /** The ARN of the AWS identity that changes the firewall. */
  caller: string;
  now: ObservedFirewall;
  aim: Aim;
  /** `null`: the firewall is as in the history. If the value is not `null`, the person gave `--anyway`. */
  unlikeHistory: UnlikeHistory | null;
}

export type RestoreOutcome =
  | { outcome: 'nothing-to-do' }
  | { outcome: 'dry-run'; plan: RestorePlan; command: string }
  | { outcome: 'restored'; plan: RestorePlan; log: ChangeLog; others: InstanceOperation[] };

/** The limit for the list of what opens, and for the list of what closes, in lines. */
const maxLines = 40;

export function renderPlan(
  planned: PlannedRestore,
  plan: RestorePlan,
  policy: RatingPolicy,
  { out }: Terminal,
): string {
  const { resource, names, caller, now, aim, unlikeHistory } = planned;
  const { opened, closed, notes } = planChange(planned);
  const after = { opened, closed, notes, after: null };
  const lines = (label: string, list: string[]) => list.map((line) => `  ${label}  ${line}`);
  return [
    `${out.style('bold', renderPlain(resource.instanceName ?? '', 80))}  ${resource.region}  back to what it was ${aim.when}`,
    '',
    ...(opened.length === 0 ? [] : lines('OPENS ', listReach(opened, rankOpened(after, policy), maxLines))),
    ...(closed.length === 0 ? [] : lines('CLOSES', listReach(closed, rankClosed(after, policy), maxLines))),
    ...notes.map(({ text }) => `  note: ${renderPlain(text, 400)}`),
    ...(unlikeHistory === null ? [] : [`  ${describeUnlike(unlikeHistory, resource.instanceName ?? '')}.`]),
    ...(aim.ipAddressType === now.ipAddressType
      ? []
      : [
          `  The instance had other addresses then (${renderPlain(aim.ipAddressType ?? 'unknown', 20)}, now ${renderPlain(now.ipAddressType ?? 'unknown', 20)}): its rules alone do not bring back the same exposure.`,
        ]),
    `  The change ${renderPlain(plan.effect, 500)}.`,
    ...(plan.unconfirmed === null ? [] : [`  ${plan.unconfirmed}; the command reads the result.`]),
    `  Account ${renderAccount(resource.account, names)}, as ${renderPlain(caller, 200)}.`,
  ].join('\n');
}

export function renderOutcome(
  { resource, aim }: PlannedRestore,
  outcome: RestoreOutcome,
  renderTime: RenderTime,
): string {
  const name = renderPlain(resource.instanceName ?? '', 80);
  switch (outcome.outcome) {
    case 'nothing-to-do':
      return `${name} is what it was ${aim.when}: nothing to do.`;
    case 'dry-run':
      return outcome.command;
    case 'restored':
      return `Done: ${name} is what it was ${aim.when}. ${describeOthers(outcome.others, outcome.log, renderTime)}`;
  }
}

/** The document of `portwatch restore --json`; docs/command-line.md describes each field. */
export function toRestoreDocument(planned: PlannedRestore, result: RestoreOutcome) {
  const { resource, names, now, aim, unlikeHistory } = planned;
  const { opened, closed } = planChange(planned);
  const plan = 'plan' in result ? result.plan : null;
  return {
    schema: 'portwatch.restore/1',
    ...resource,
    ...accountFields(names, resource.account),
    outcome: result.outcome,
    aim: { when: aim.when, rules: aim.rules },
    before: now,
    unlikeHistory: unlikeHistory && {
      why: unlikeHistory.why,
      opened: unlikeHistory.diff?.opened ?? null,
      closed: unlikeHistory.diff?.closed ?? null,
    },
    opens: opened,
    closes: closed,
    effect: plan?.effect ?? null,
    unconfirmed: plan?.unconfirmed ?? null,
    calls: plan?.calls ?? [],
    command: result.outcome === 'dry-run' ? result.command : null,
    made: result.outcome === 'restored' ? result.log.made : [],
    othersOperations: result.outcome === 'restored' ? result.others : [],
  };
}

/** Computes the ports that the restore opens and closes, for the present `ipAddressType` of the instance. */
function planChange({ now, aim }: PlannedRestore) {
  const { ipAddressType } = now;
  return compareFirewalls({ rules: now.rules, ipAddressType }, { rules: aim.rules, ipAddressType });
}

export function describeUnlike({ why, diff }: UnlikeHistory, name: string): string {
  const what = diff === null ? '' : ` (since then ${describeChange(diff, 'opened', 'closed')})`;
  return `The firewall of ${renderPlain(name, 80)} differs from the one in the history: ${why}${what}`;
}

/** The largest number of reaches in a sentence. */
const maxNamed = 5;

/**
 * Returns a text such as `opened tcp 22 (SSH) from anywhere; closed …`. `open` and `close` are the verbs. If nothing opened and nothing
 * closed, returns `rules were written anew`.
 */
export function describeChange({ opened, closed, notes }: FirewallDiff, open: string, close: string): string {
  const ranking = rankChange({ opened, closed, notes }, defaultRatingPolicy);
  const lists = [
    ...(opened.length === 0 ? [] : [`${open} ${listReach(opened, ranking.opened, maxNamed).join(', ')}`]),
    ...(closed.length === 0 ? [] : [`${close} ${listReach(closed, ranking.closed, maxNamed).join(', ')}`]),
  ];
  return lists.length === 0 ? 'rules were written anew' : lists.join('; ');
}

export function describeOthers(
  others: readonly InstanceOperation[],
  { made }: ChangeLog,
  renderTime: RenderTime = (instant) => instant,
): string {
  if (others.length === 0)
    return 'Lightsail lists no operation of others on the instance meanwhile. Lightsail has no conditional write, so an operation of others can still appear in the list later.';
  const named = others.map(
    ({ type, status, at, details }) =>
      `${renderPlain(type, 60)}${details === '' ? '' : ` ${renderPlain(details, 100)}`} (${at === null ? 'no time' : renderTime(at)}, ${renderPlain(status, 20)})`,
  );
  const own = made.some(({ outcome }) => outcome.result === 'unknown')
    ? ' One of them may be the call without an answer.'
    : '';
  return `Others changed the instance meanwhile, and their change may be undone: ${named.join(', ')}.${own}`;
}

export function nameCall(call: RestoreCall): string {
  return call.operation === 'PutInstancePublicPorts'
    ? `${call.operation} of ${renderCount(call.portInfos.length, 'rule')}`
    : `${call.operation} of ${describeInfo(call.portInfo)}`;
}
