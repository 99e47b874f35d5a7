/** The parts of a view: alert-view.ts builds them, render-text-view.ts and render-slack-view.ts render them. */
import type { OpenInstance } from '../contract/json-event.ts';
import type { Phrase, RatingPolicy, Severity } from '../firewall/index.ts';
import { showAccount } from './account-of-alert.ts';
import type { ShowText } from './describe-attribution.ts';
import { renderInstant } from './render-instant.ts';

/** The escaping and the limits of one channel. */
export interface ChannelFormat {
  /** Escapes sentences, and other text that is not code. */
  text: ShowText;
  /** Escapes names, addresses and exposures, which Slack shows as code. */
  name: ShowText;
  /** True for Slack: dormant rules, notes and some sentences are only in the mail. */
  isBrief: boolean;
  maxSources: number;
  maxLines: { opened: number; closed: number; dormant: number; replaced: number; notes: number; worst: number };
}

export interface Channel extends ChannelFormat {
  /** Rates exposure, and so decides the order of the lists. */
  policy: RatingPolicy;
}

/** Every text is already escaped for the channel. Only the phrases of an exposure are not yet escaped: the renderer escapes the phrases. */
export type ViewPart =
  | { part: 'sentence'; text: string; list?: readonly string[] }
  | { part: 'reason'; text: string }
  /** `isNested`: belongs to the sentence before. */
  | { part: 'exposure'; lists: readonly ExposureList[]; isNested?: boolean }
  /** One line with a severity, for example for an instance. */
  | { part: 'rated'; severity: Severity; text: string; isNested?: boolean };

export interface ExposureList {
  label: string;
  /** `null`: the list is too long for the message. */
  phrases: readonly Phrase[] | null;
  more: number;
}

export interface AlertView {
  severity: Severity;
  /** The instance or the region, and its address; or one sentence; or nothing. */
  heading: readonly string[];
  hasAccount: boolean;
  parts: readonly ViewPart[];
  /** `lead`: the sentence before the command. `command`: without the check of the account. `null`: there is no command. */
  restore: { lead: string; command: string } | null;
  /** The sentence before the history query; `null`: no query is shown. */
  historyLead: string | null;
}

export function sentence(text: string, list: readonly string[] = []): ViewPart {
  return { part: 'sentence', text, list };
}

/** The result is escaped, because an event that was parsed from JSON can contain any text in place of an instant. */
export function renderAt(instant: string, { text }: Channel): string {
  return text(renderInstant(instant), 60);
}

/** Maximum number of lines of a list of instances, gaps or approvals in Slack. */
export const maxBriefLines = 5;

/** A line about an instance with open exposure. `what`: the exposure, already escaped. `unchanged`: the words before `since`. */
export function openInstanceLine(
  open: OpenInstance,
  what: string,
  unchanged: string,
  { text, name }: Channel,
): ViewPart {
  const { severity, instanceName, region, since, isLastKnown } = open;
  const when = since === null ? '' : `; ${unchanged} since ${text(renderInstant(since), 60)}`;
  const unread = isLastKnown ? "; it can't be read now" : '';
  const line = `${showAccount(open, text)}${name(instanceName, 80)}  ${text(region, 40)}   ${what}${when}${unread}`;
  return { part: 'rated', severity, text: line, isNested: true };
}
