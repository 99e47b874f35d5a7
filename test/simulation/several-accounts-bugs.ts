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
        '    await Promise.all(filled.map((alerts) => outbox.putGroup({ account, accountName, at, alerts })));\n',
        '',
      ),
      patch(
        'scan/publish-groups.ts',
        '    await onPublished(next);\n',
        `    await onPublished(next);
    await Promise.all(filled.map((alerts) => outbox.putGroup({ account, accountName, at, alerts })));\n`,
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
    patches: [patch('accounts/decide-account-failure.ts', 'isDue && hasListener', 'false && isDue && hasListener')],
  },
  {
    name: 'sends messages for the first accounts only',
    promise: 'P3, P5, P6',
    patches: [patch('pass/start-pass.ts', 'const messages = chosen.map(', 'const messages = chosen.slice(0, 2).map(')],
  },
  {
    name: 'deletes groups before they are published',
    promise: 'P3',
    patches: [
      patch(
        'pass/publish-outbox.ts',
        '        await publisher.publish(planned.message);\n',
        `        for (const { keys } of groups.slice(done, planned.groupsDone))
          await Promise.all(keys.map((key) => outbox.deleteGroup(key)));
        await publisher.publish(planned.message);\n`,
      ),
    ],
  },
  {
    name: 'collects without the lease',
    promise: 'P3',
    patches: [
      patch(
        'pass/run-collector.ts',
        '  const grant = await passes.takeCollectorLease({ holder, now: clock(), until: deadlineAt + leaseGraceMs });\n',
        '  const grant = (await passes.takeCollectorLease({ holder, now: clock(), until: deadlineAt + leaseGraceMs })) ?? { criticalAt: null, allAt: null };\n',
      ),
    ],
  },
  {
    name: 'publishes critical alerts at once, however often',
    fromSeed: 20,
    promise: 'P3',
    patches: [patch('pass/decide-collector-run.ts', 'isDue(criticalAt, criticalPauseMs)', 'isDue(criticalAt, 0)')],
  },
  {
    name: 'ends the pass when the first account is scanned',
    promise: 'P3, P5',
    patches: [
      patch(
        'pass/pass-progress.ts',
        'scanned.length + failed.length >= accounts.length',
        'scanned.length + failed.length >= 1',
      ),
    ],
  },
  {
    name: 'publishes everything before the pass is over',
    promise: 'P3',
    patches: [
      patch('pass/decide-collector-run.ts', '  if (isAllDue) return', "  if (isAllDue || scope === 'all') return"),
    ],
  },
  {
    name: 'waits for the end of the pass with critical alerts',
    fromSeed: 10,
    promise: 'P3',
    patches: [patch('pass/decide-collector-run.ts', "isDue(criticalAt, criticalPauseMs) ? 'critical' : null", 'null')],
  },
  {
    name: 'names the account of the first group on every alert',
    promise: 'P3, P4',
    patches: [
      patch(
        'pass/merge-same-news.ts',
        'nameAccount(alerts, { account, accountName })',
        "nameAccount(alerts, { account: groups[0]?.account ?? '', accountName })",
      ),
    ],
  },
];

export const severalAccountsBugs: readonly DeliberateBug[] = bugs.map((bug) => ({ ...bug, isOfSeveral: true }));
