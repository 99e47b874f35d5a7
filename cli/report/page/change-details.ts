/** The details of one change: opened and closed ports, window, severity with its reason, actor, and the restore command. */
import { describeApiCall } from '../../../lambda/alerts/describe-attribution.ts';
import type { CallData, ChangeData, InstanceData, ReachListData } from '../data/report-data.ts';
import { badge } from './badge.ts';
import { type Child, h } from './element.ts';
import { formatCount, formatDuration, formatInstant } from './format.ts';
import { attributionOf, listOf, report, setOf, textOf } from './page-data.ts';

interface DetailsActions {
  step: (by: -1 | 1) => void;
  close: () => void;
  hasEarlier: boolean;
  hasLater: boolean;
}

const listsNotKnown =
  'Not known: the entry is too large for its lists, and the entry with the rules before it has expired.';

export function renderDetails(instance: InstanceData, change: ChangeData, actions: DetailsActions): HTMLElement {
  const title = h('h4', { tabindex: '-1', class: 'details-title' }, textOf(change.headline));
  const header = h('header', {}, h('div', {}, title), renderSteps(actions));
  const rows: [string, Child[]][] = [
    ['Severity', [h('p', {}, badge(change.severity), ` ${textOf(change.reason)}`)]],
    ['Opened', renderList(change.opened, 'opened')],
    ['Closed', renderList(change.closed, 'closed')],
    ['Opened or closed', change.isLeftOut ? [h('p', {}, listsNotKnown)] : []],
    ['When', [h('p', {}, describeWindow(change))]],
    ['By', renderActors(change)],
    ['Expected', change.expected === undefined ? [] : [h('p', {}, textOf(change.expected))]],
    ['Failure', renderFailure(change)],
    ['Notes', (change.notes ?? []).map((note) => h('p', {}, textOf(note)))],
    ['Put it back', renderRestore(change)],
  ];
  const list = h(
    'dl',
    {},
    ...rows.flatMap(([name, children]) =>
      children.length === 0 ? [] : [h('dt', {}, name), h('dd', { class: 'lines', 'data-row': name }, ...children)],
    ),
  );
  const label = `Change of ${instance.name}, ${formatInstant(change.at)}`;
  return h(
    'section',
    { class: `details ${change.severity}`, 'aria-label': label, 'data-at': new Date(change.at).toISOString() },
    header,
    list,
  );
}

function renderSteps({ step, close, hasEarlier, hasLater }: DetailsActions): HTMLElement {
  const button = (text: string, isEnabled: boolean, press: () => void) => {
    const made = h('button', { type: 'button', disabled: !isEnabled }, text);
    made.addEventListener('click', press);
    return made;
  };
  return h(
    'div',
    { class: 'steps' },
    button('Earlier', hasEarlier, () => step(-1)),
    button('Later', hasLater, () => step(1)),
    button('Close', true, close),
  );
}

function renderList(number: number | null, className: string): Child[] {
  const list = listOf(number);
  if (list === null) return [];
  const lines = list.phrases.map(([what, from]) => h('p', {}, h('span', { class: className }, what), ` to ${from}`));
  if (list.more > 0) lines.push(h('p', {}, `and ${formatCount(list.more)} more`));
  return [...lines, renderSources(list)];
}

/** Phrases name at most this number of sources. With more sources, a list of all sources is added. */
const maxNamed = 4;

function renderSources({ reaches }: ReachListData): Child {
  const sets = [...new Set(reaches.map((reach) => report.reaches[reach]?.[3] ?? -1))].flatMap(
    (set) => setOf(set) ?? [],
  );
  const sources = [...new Set(sets.flatMap((set) => set.sources))];
  if (sources.length <= maxNamed) return null;
  const details = h('details', {}, h('summary', {}, `All ${formatCount(sources.length)} sources`));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1)
      details.append(
        h(
          'ul',
          { class: 'sources', tabindex: '0', 'aria-label': 'Sources' },
          ...sources.map((source) => h('li', {}, source)),
        ),
      );
  });
  return details;
}

function describeWindow({ at, after, before = at, kind }: ChangeData): string {
  if (kind === 'gap' || kind === 'gap-over') return formatInstant(before);
  if (kind === 'flapped' && after !== null)
    return `From ${formatInstant(after)} to ${formatInstant(before)} (${formatDuration(before - after)})`;
  if (after === null) return `Before ${formatInstant(before)}; since when is not known`;
  return `Between ${formatInstant(after)} and ${formatInstant(before)} (within ${formatDuration(before - after)})`;
}

const attributable: ReadonlySet<string> = new Set(['changed', 'appeared', 'gone', 'flapped']);

function renderActors(change: ChangeData): Child[] {
  const attribution = attributionOf(change);
  if (attribution === null) return attributable.has(change.kind) ? [h('p', {}, 'Not known')] : [];
  const { calls, doubt } = attribution;
  return [
    ...calls.map((call) => h('p', {}, ...renderCall(call))),
    doubt === null ? null : h('p', { class: 'calm' }, textOf(doubt)),
  ];
}

function renderCall({ by, arn, name, at, sourceIpAddress, userAgent, through }: CallData): Child[] {
  const textOrNull = (number: number | undefined) => (number === undefined ? null : textOf(number));
  const call = {
    by: textOf(by),
    name: textOf(name),
    at: new Date(at).toISOString(),
    sourceIpAddress: textOrNull(sourceIpAddress),
    userAgent: textOrNull(userAgent),
    through,
  };
  const described = describeApiCall(
    call,
    (text) => text,
    () => formatInstant(at),
  );
  return [described, arn === undefined ? null : h('span', { class: 'calm' }, ` (${textOf(arn)})`)];
}

function renderFailure({ failure }: ChangeData): Child[] {
  if (failure === undefined) return [];
  return [h('p', {}, `${failure.reason} since ${formatInstant(failure.since)}: ${textOf(failure.message)}`)];
}

function renderRestore({ restore, restoreEffect, restoreNote }: ChangeData): Child[] {
  if (restoreNote !== undefined) return [h('p', {}, `No command: ${textOf(restoreNote)}.`)];
  if (restore === undefined || restoreEffect === undefined) return [];
  const command = textOf(restore);
  const copy = h('button', { type: 'button', class: 'copy' }, 'Copy the command');
  const status = h('span', { role: 'status' });
  copy.addEventListener('click', () => copyText(command, status));
  const hint = h(
    'p',
    { class: 'calm' },
    `This command ${textOf(restoreEffect)}. It stops if you are in another account.`,
  );
  const code = h('pre', { tabindex: '0', 'aria-label': 'Command that puts it back' }, command);
  return [h('div', { class: 'command' }, hint, code, h('p', {}, copy, ' ', status))];
}

/**
 * Some browsers do not let a page that was opened from a file use the clipboard. Then the text is selected, so that a person can copy it
 * with the keyboard.
 */
async function copyText(text: string, status: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = 'Copied';
  } catch {
    const code = status.closest('.command')?.querySelector('pre');
    if (code) getSelection()?.selectAllChildren(code);
    status.textContent = 'Selected: copy it with the keyboard';
  }
}
