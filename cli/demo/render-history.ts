import { renderPlain } from '../../lambda/alerts/escape.ts';
import { parseAttribution } from '../../lambda/contract/json-event.ts';
import { renderJson } from '../json/render-json.ts';
import { renderTable } from '../text/render-table.ts';
import type { Terminal } from '../text/terminal.ts';

type Item = Record<string, unknown>;

/** Renders items of the snapshot table as rows, in the given order: sort key, kind, verdict, severity and reason. */
export function renderHistory(items: readonly Item[], width: number, { out }: Terminal): string {
  const rows = items.map((item) => {
    const { sk, kind, verdict, severity, reason } = item;
    // An attribution item has no kind; its row has the actors.
    const cells = kind === undefined ? [sk, 'by', '-', '-', nameCallers(item)] : [sk, kind, verdict, severity, reason];
    return cells.map((value) => renderPlain(String(value ?? '-'), 300));
  });
  return renderTable(['sk', 'kind', 'verdict', 'severity', 'reason'], rows, width, out);
}

function nameCallers(item: Item): string {
  return (parseAttribution(item)?.calls ?? []).map(({ by, name }) => `${by}: ${name}`).join('; ');
}

export function renderItem(item: Item): string[] {
  const names = Object.keys(item);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${renderJson(item[name], 0)}`);
}
