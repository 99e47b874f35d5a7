import { codeSpans, readDocument, tableRows } from './document.ts';

const [, section = ''] = readDocument('docs/permissions.md').text.split('### Each command\n');

/** The table of docs/permissions.md: commands, as they are typed, and the IAM actions that each of them needs. */
export const commandPermissions = tableRows(section.split(/^#{2,3} /m)[0] ?? '').map(
  ([commands = '', actions = '']) => ({ commands: codeSpans(commands), actions: codeSpans(actions) }),
);
