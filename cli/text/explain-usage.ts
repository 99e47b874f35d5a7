/** Messages for wrong arguments: the problem, a similar name if there is one, and the help that lists the valid names. */
import type { Command } from 'commander';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { findSimilarNames } from '../../lib/similar-names.ts';
import type { CommandContext } from '../command-context.ts';
import { printError } from './print-error.ts';

/**
 * Sets how `command` reports wrong arguments. `help` is the end of the message, for example `npm run portwatch -- --help lists the
 * commands`.
 */
export function explainUsage(command: Command, help: string, { terminal }: Pick<CommandContext, 'terminal'>): void {
  command
    // Commander suggests names that are not similar: `--zone` for `--nope`.
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text) => printError(renderUsageError(text, command, help), terminal) });
}

function renderUsageError(text: string, command: Command, help: string): string {
  const what = renderPlain(text.replace(/^error: /, '').trim(), 500).replace(/\.$/, '');
  return `${what}${suggest(text, command)}. ${help}.`;
}

/** Returns ` (Did you mean --region?)` for an unknown option or command, or empty text if no name is similar. */
function suggest(text: string, { options, commands }: Command): string {
  const [, kind, wanted = ''] = /^error: unknown (option|command) '(.*)'/s.exec(text) ?? [];
  const isOption = kind === 'option';
  const names = isOption
    ? [...options.flatMap(({ long }) => long ?? []), '--help'].map((name) => name.slice(2))
    : commands.map((each) => each.name());
  const near = kind === undefined ? [] : findSimilarNames(wanted.replace(/^--?/, '').replace(/=.*$/s, ''), names);
  if (near.length === 0) return '';
  return ` (Did you mean ${near.map((name) => (isOption ? `--${name}` : name)).join(' or ')}?)`;
}
