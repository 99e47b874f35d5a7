/** Decides which alerts a chat message shows in full, which in one line, and which are only counted. The worst alerts come first. */
import type { Alert } from '../contract/json-event.ts';
import { cutList, severities } from '../firewall/index.ts';
import { renderCount } from './render-count.ts';
import { maxSectionLength } from './render-slack-view.ts';
import type { RenderedAlerts } from './rendered-alerts.ts';

type Group = readonly [Alert, ...Alert[]];

/** `maxLength`: in characters, for all sections together. */
export interface ChatRoom {
  maxLength: number;
  maxSections: number;
}

/** `groups`: most severe first. Every alert is in a section, or counted in the last section. A section has at most 3,000 characters. */
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

function countFitting(lines: readonly string[], maxLength: number): number {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > maxLength;
  });
  return end === -1 ? lines.length : end;
}

/** The number of groups to show in full, at least 1. Each group of `lines` that is not shown in full still has room for its line. */
function countFull(all: readonly string[], lines: readonly string[], { maxLength, maxSections }: ChatRoom): number {
  let length = lengthOf(lines) + 200;
  let full = 0;
  // Six sections are kept for the groups that are shown as one line, and for the count of the remaining alerts.
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

/** Some readers in Slack get no mail, so the sentence names a command. */
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
