import { describe, expect, test } from '@jest/globals';
import { decideCollectorRun } from '../../lambda/pass/decide-collector-run.ts';

const at = (time: string) => `2026-11-23T${time}.000Z`;
const minute = 60_000;

describe('what the collector publishes', () => {
  const now = Date.parse(at('10:05:00'));
  const running = { endedAt: null };
  const ended = { endedAt: at('10:04:00') };
  const never = { criticalAt: null, allAt: null };
  const justNow = { criticalAt: at('10:04:31'), allAt: at('10:04:31') };

  test.each([
    ['a pass is over: everything, and it ends', 'all', running, true, justNow, 'all', true],
    ['a pass that continues: critical groups', 'all', running, false, never, 'critical', false],
    ['the last critical message was 29 seconds ago: nothing', 'all', running, false, justNow, null, false],
    ['it was 30 seconds ago', 'all', running, false, { ...justNow, criticalAt: at('10:04:30') }, 'critical', false],
    [
      'a wrong clock wrote the future: nothing waits',
      'all',
      running,
      false,
      { ...justNow, criticalAt: at('11:00:00') },
      'critical',
      false,
    ],
    [
      'a pass takes more than two intervals',
      'all',
      running,
      false,
      { ...justNow, allAt: at('09:35:00') },
      'all',
      false,
    ],
    ['a pass takes less', 'all', running, false, { criticalAt: null, allAt: at('09:35:01') }, 'critical', false],
    [
      'between two passes, five minutes after everything',
      'all',
      ended,
      true,
      { ...justNow, allAt: at('10:00:00') },
      'all',
      false,
    ],
    ['between two passes, sooner', 'all', ended, true, justNow, null, false],
    ['nothing was ever published, and no pass runs', 'all', ended, true, never, 'all', false],
    ['there was no pass yet', 'all', null, true, never, 'all', false],
    [
      'after an account scan: what is critical, though the pass is over',
      'critical',
      running,
      true,
      never,
      'critical',
      false,
    ],
    ['after an account scan, too soon', 'critical', running, true, justNow, null, false],
  ] as const)('%s', (_, scope, pass, isOver, grant, publish, endsPass) => {
    expect(decideCollectorRun(scope, pass, isOver, grant, now, 15 * minute)).toEqual({ publish, endsPass });
  });
});
