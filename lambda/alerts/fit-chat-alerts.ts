/** Decides which alerts a chat message shows in full, which as one line, and which it only counts: the worst have the most room. */
import type { Alert } from '../contract/json-event.ts';
import { cutList, severities } from '../firewall/index.ts';
import { renderCount } from './render-count.ts';
import type { RenderedAlerts } from './rendered-alerts.ts';

type Group = readonly [Alert, ...Alert[]];

/** `maxLength`: the maximum number of characters of all sections together. `maxSections`: the maximum number of sections. */
export interface ChatRoom {
  maxLength: number;
  maxSections: number;
}

/** Slack's maximum number of characters in a section. */
const maxSectionLength = 3_000;

/** `groups`: worst first. Sections of at most 3,000 characters; every alert is in them, or counted in the last one. */
export function fitChatAlerts(groups: readonly Group[], rendered: RenderedAlerts, room: ChatRoom): string[] {
  const all = groups.map((group) => rendered.slack(group));
  if (all.length <= room.maxSections && lengthOf(all) <= room.maxLength) return all;
  const lines = groups.map((group) => rendered.slackLine(group));
  const [first = ''] = all;
  const fitting = countFitting(lines.slice(1), room.maxLength - first.length - 200);
  const { shown, more } = cutList(lines, 1 + fitting);
  const full = countFull(all, shown, room);
  const rest = more === 0 ? [] : [describeRest(groups.slice(shown.length).flat())];
  return [...all.slice(0, full), ...joinSections(shown.slice(full)), ...rest];
}

/** The number of lines, from the first one, that fit. */
function countFitting(lines: readonly string[], maxLength: number): number {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > maxLength;
  });
  return end === -1 ? lines.length : end;
}

/** The number of alerts, from the first one, that can be shown in full while each of the others still gets a line. */
function countFull(all: readonly string[], lines: readonly string[], { maxLength, maxSections }: ChatRoom): number {
  let length = lengthOf(lines) + 200;
  let full = 0;
  // Some sections are kept for the lines and for the count.
  while (full < Math.min(lines.length, maxSections - 6)) {
    length += (all[full]?.length ?? 0) - (lines[full]?.length ?? 0);
    if (length > maxLength && full > 0) break;
    full += 1;
  }
  return full;
}

function joinSections(lines: readonly string[]): string[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + line.length < maxSectionLength)
      sections[sections.length - 1] = `${last}\n${line}`;
    else sections.push(line);
  }
  return sections;
}

/** A subscriber of Slack may get no mail, so the sentence names the table, which always has the alerts. */
function describeRest(alerts: readonly Alert[]): string {
  const counts = severities.flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `and ${renderCount(alerts.length, 'more alert')} (${counts.join(', ')}): the command \`portwatch history\` lists them`;
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length + 2, 0);
}
