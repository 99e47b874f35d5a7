/** Bugs of a monitor of several accounts: of the outbox, the account scans, the passes and the collector. */
import type { DeliberateBug } from './deliberate-bugs.ts';
import type { Patch } from './load-patched-product.ts';

const patch = (file: string, find: string, replace: string): Patch => ({ file: `lambda/${file}`, find, replace });

const bugs: readonly Omit<DeliberateBug, 'isOfSeveral'>[] = [
  {
    name: 'raises the marks before the groups are in the outbox',
    promise: 'P3',
    patches: [
      patch(
        'scan/publish-groups.ts',
        '    await Promise.all(next.map((alerts) => outbox.putGroup({ account, accountName, at, alerts })));\n',
        '',
      ),
      patch(
        'scan/publish-groups.ts',
        '    await onPublished({ groupsDone: Math.min(groups.length, done + putsAtOnce) });\n',
        `    await onPublished({ groupsDone: Math.min(groups.length, done + putsAtOnce) });
    await Promise.all(next.map((alerts) => outbox.putGroup({ account, accountName, at, alerts })));\n`,
      ),
    ],
  },
  {
    name: 'puts the alerts of every account under one account',
    promise: 'P4',
    patches: [
      patch(
        'scan/publish-groups.ts',
        'const { account, name: accountName } = settings;',
        "const { name: accountName } = settings;\n  const account = '111111111111';",
      ),
    ],
  },
  {
    name: 'lets a message fail if its account cannot be entered',
    promise: 'P5',
    patches: [
      patch('pass/scan-account.ts', '    if (!(error instanceof ReadError)) throw error;\n', '    throw error;\n'),
    ],
  },
  {
    name: 'never alerts that an account cannot be entered',
    promise: 'P5',
    patches: [patch('accounts/account-failure.ts', 'isDue && hasListener', 'false && isDue && hasListener')],
  },
  {
    name: 'sends messages for the first accounts only',
    promise: 'P3, P5, P6',
    patches: [patch('pass/start-pass.ts', 'const messages = chosen.map(', 'const messages = chosen.slice(0, 2).map(')],
  },
];

export const severalAccountsBugs: readonly DeliberateBug[] = bugs.map((bug) => ({ ...bug, isOfSeveral: true }));
