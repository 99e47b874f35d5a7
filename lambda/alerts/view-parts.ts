/** The parts of a rendered alert: built by alert-view.ts, rendered by render-text-view.ts and render-slack-view.ts. */
import type { Phrase, RatingPolicy, Severity } from '../firewall/index.ts';
import type { ShowText } from './describe-attribution.ts';
import { renderInstant } from './render-instant.ts';

/** How one channel escapes text from outside, and how much of an alert it shows. */
export interface ChannelFormat {
  /** Escapes prose. */
  text: ShowText;
  /** Escapes names, addresses and exposures: Slack shows them as code. */
  name: ShowText;
  /** True for Slack: dormant rules, notes and some sentences are only in the mail. */
  isBrief: boolean;
  maxSources: number;
  maxLines: { opened: number; closed: number; dormant: number; replaced: number; notes: number; worst: number };
}

/** A channel, and the rating policy, which decides the order of the lists. */
export interface Channel extends ChannelFormat {
  policy: RatingPolicy;
}

/**
 * One piece of an alert. Text is already escaped for its channel, except exposure phrases: they are printable, and the renderer escapes
 * them.
 */
export type ViewPart =
  | { part: 'sentence'; text: string; list?: readonly string[] }
  | { part: 'reason'; text: string }
  /** Lists of exposure with their labels; `null`: too long for the message. `isNested`: belongs to the sentence before. */
  | { part: 'exposure'; lists: readonly ExposureList[]; isNested?: boolean }
  /** One line with a severity, for example for an instance. */
  | { part: 'rated'; severity: Severity; text: string; isNested?: boolean };

export interface ExposureList {
  label: string;
  phrases: readonly Phrase[] | null;
  more: number;
}

export interface AlertView {
  severity: Severity;
  /** Instance or region, and its address; or one sentence. */
  heading: readonly string[];
  /** False if the heading has no account. */
  hasAccount: boolean;
  parts: readonly ViewPart[];
  /** The sentence before the restore command, and the command without its account check; `null`: there is no command. */
  restore: { lead: string; command: string } | null;
  /** The sentence before the history query; `null`: no query is shown. */
  historyLead: string | null;
}

export function sentence(text: string, list: readonly string[] = []): ViewPart {
  return { part: 'sentence', text, list };
}

/** The result is escaped, because an event from outside can contain any text in place of an instant. */
export function renderAt(instant: string, { text }: Channel): string {
  return text(renderInstant(instant), 60);
}
