import { renderPlain } from '../../lambda/alerts/escape.ts';
import { causedKinds } from '../../lambda/history/entry.ts';
import type { AccountNames } from '../questions/account-names.ts';
import type { LightEntry } from '../questions/choose-full-entries.ts';
import type { RenderTime } from '../time/render-time.ts';
import { describeAttribution } from './describe-attribution.ts';
import type { ListChange } from './list-change.ts';
import { listPlace } from './render-place.ts';
import { renderSeverity } from './render-severity.ts';
import type { Channel } from './terminal.ts';

/**
 * Renders an entry: the heading `2026-11-23 10:05:02 UTC  CRITICAL  web-1  eu-west-1`, then lines about the change, the time of the change
 * and its actor.
 */
export function describeEntry(
  step: LightEntry,
  renderTime: RenderTime,
  channel: Pick<Channel, 'style'>,
  list: ListChange,
  names: AccountNames,
): string {
  const { at, severity, resource, kind } = step;
  const who = resource.instanceName === null ? 'region' : renderPlain(resource.instanceName, 80);
  const heading = [
    renderTime(at),
    renderSeverity(severity, channel),
    channel.style('bold', who),
    ...listPlace(resource, names),
  ];
  const lines = [...describeWhat(step, list), describeWindow(step, renderTime)];
  if (causedKinds.includes(kind) || kind === 'flapped') lines.push(describeAttribution(step.changedBy, renderTime));
  return [heading.join('  '), ...lines.map((line) => `    ${line}`)].join('\n');
}

function describeWhat(step: LightEntry, list: ListChange): string[] {
  const { kind, reason, expected, resource, opened, closed, verdict } = step;
  const why = renderPlain(reason, 500);
  switch (kind) {
    case 'changed':
      if (verdict === 'rewritten') return [why];
      return [
        ...listLabelled(list, 'opened', 'opened', opened),
        ...listLabelled(list, 'closed', 'closed', closed),
        expected === null ? `because ${why}` : why,
      ];
    case 'baseline':
      return resource.instanceName === null
        ? [why]
        : ['first seen', ...listLabelled(list, 'open', 'opened', opened, true)];
    case 'appeared':
      return ['new instance', ...listLabelled(list, 'open', 'opened', opened, true), why];
    case 'gone':
      return ['gone from the list of its region', ...listLabelled(list, 'was open', 'closed', closed)];
    case 'flapped':
      return [
        'a transient change between two scans, which did not see it:',
        ...listLabelled(list, 'opened and closed again:', 'opened', opened),
        ...listLabelled(list, 'closed and opened again:', 'closed', closed),
        why,
      ];
    case 'gap':
    case 'gap-over':
      return [why];
  }
}

function listLabelled(
  list: ListChange,
  label: string,
  side: 'opened' | 'closed',
  reach: LightEntry['opened'],
  showsNothing = false,
): string[] {
  if (reach === null) return [`${label}: too long for this list; portwatch export has it`];
  if (reach.length === 0 && !showsNothing) return [];
  return list(side, reach).map((line) => `${label} ${line}`);
}

function describeWindow({ kind, changedAfter, changedBefore }: LightEntry, renderTime: RenderTime): string {
  const before = renderTime(changedBefore);
  if (kind === 'gap-over' || kind === 'baseline') return `read at ${before}`;
  if (kind === 'gap')
    return changedAfter === null
      ? 'never confirmed before'
      : `earlier state last confirmed at ${renderTime(changedAfter)}`;
  if (changedAfter === null) return `before ${before}; no earlier scan confirmed the state before the change`;
  return `between ${renderTime(changedAfter)} and ${before}`;
}
