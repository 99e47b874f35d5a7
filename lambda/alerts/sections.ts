import type { Alert } from '../contract/json-event.ts';

/** What is shown together: most alerts alone; the regions without instances, and those that fail alike, each in one piece. */
export type Section =
  | { kind: 'alert'; alerts: [Alert] }
  | { kind: 'started'; alerts: [Alert] }
  | { kind: 'started-empty'; alerts: [Alert, ...Alert[]] }
  | { kind: 'regions-failed'; reason: string; alerts: [Alert, ...Alert[]] };

/** Every alert in exactly one section; sections in the order of their first alerts. */
export function groupIntoSections(alerts: readonly Alert[]): Section[] {
  const sections = new Map<string, Section>();
  for (const [index, alert] of alerts.entries()) {
    const key = sectionKey(alert, index);
    const section = sections.get(key);
    if (section === undefined) sections.set(key, openSection(alert));
    else if (section.kind === 'started-empty' || section.kind === 'regions-failed') section.alerts.push(alert);
  }
  return [...sections.values()];
}

function sectionKey(alert: Alert, index: number): string {
  const { kind } = openSection(alert);
  if (kind === 'started-empty') return kind;
  return kind === 'regions-failed' ? `${kind} ${failureReason(alert)}` : String(index);
}

function openSection(alert: Alert): Section {
  if (alert.kind === 'region-unreadable') {
    return { kind: 'regions-failed', reason: failureReason(alert), alerts: [alert] };
  }
  if (alert.kind !== 'monitoring-started') return { kind: 'alert', alerts: [alert] };
  return alert.summary?.instancesListed === 0
    ? { kind: 'started-empty', alerts: [alert] }
    : { kind: 'started', alerts: [alert] };
}

function failureReason({ failure }: Alert): string {
  return failure?.reason ?? 'unexpected';
}
