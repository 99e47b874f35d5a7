/** Runs the scan as a process of its own and kills it at each of its effects in turn. The next scan must complete the work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EffectGate, type Trap } from './effect-gate.ts';
import {
  changeFleet,
  type Ending,
  endingOf,
  fleetScanOptions,
  foreseeAlerts,
  prepareFleet,
  runUndisturbed,
} from './fleet-changes.ts';
import { type ScanOrder, scanOncePath } from './scan-once.ts';
import { WatchedAccount } from './watched-account.ts';

let watched: WatchedAccount;
let calm: Ending;
let gate: EffectGate;
/** Of compiled code, for the children: halves the time that one takes to start (0.45 s to 0.22 s). */
let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'portwatch-killed-'));
  watched = await WatchedAccount.start(fleetScanOptions);
  calm = await runUndisturbed(watched);
  const { dynamodb, sns } = watched.emulators;
  gate = await EffectGate.open({ dynamodb: dynamodb.url, sns: sns.url });
});

afterAll(async () => {
  await gate?.close();
  await watched?.close();
  await rm(cache, { recursive: true, force: true });
});

interface Death {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A scan five minutes after the last, killed where the trap says; `null`: it may end. */
async function scanApart(trap: Omit<Trap, 'kill'> | null): Promise<Death> {
  watched.clockAheadMs += 300_000;
  const order: ScanOrder = { deployment: watched.deployment, clockAheadMs: watched.clockAheadMs, scanMs: 60_000 };
  const child = spawn(process.execPath, ['--no-warnings', scanOncePath, JSON.stringify(order)], {
    env: { ...process.env, ...gate.environment, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const over = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await over;
  };
  gate.arm(trap && { ...trap, kill });
  const [stdout, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), over]);
  return { code, signal, stdout, stderr };
}

const killed = { code: null, signal: 'SIGKILL', stdout: '', stderr: '' };

describe('P3, P6: a scan that is killed', () => {
  test('does its work where nobody kills it', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    const { code, stdout, stderr } = await scanApart(null);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, instancesRead: 4, alerts: 5 });
    expect(gate.effects.filter((effect) => effect === 'Publish')).toHaveLength(1);
    // Lease; three commits and a new latest state, their entries, their two departed, their marks; a message and its marks; note, release.
    expect(gate.effects).toHaveLength(1 + 4 + 4 + 2 + 4 + 1 + 4 + 1 + 1);
    await watched.scan();
    expect(await endingOf(watched)).toEqual(calm);
  });

  test.each(['before', 'after'] as const)(
    '%s any of its effects is applied: the next scan ends with the same table and the same alerts',
    async (moment) => {
      let deaths = 0;
      let repeating = 0;
      for (let at = 1; ; at += 1) {
        await prepareFleet(watched);
        changeFleet(watched);
        const death = await scanApart({ at, moment });
        if (gate.killedAt === null) {
          expect(death).toMatchObject({ code: 0, stderr: '' });
          break;
        }
        const where = `${moment} effect ${at}: ${gate.killedAt}`;
        expect({ where, ...death }).toEqual({ where, ...killed });
        deaths += 1;
        // Told again is only what was published and whose mark had not moved when the scan died.
        const alerts = await foreseeAlerts(watched, calm);
        repeating += Number(Object.values(alerts).some((count) => count > 1));
        const report = await watched.scan();
        expect({ where, complete: report.complete, ...(await endingOf(watched)) }).toEqual({
          where,
          complete: true,
          table: calm.table,
          alerts,
        });
      }
      expect(deaths).toBe(22);
      // From the publish that was applied to the last of the four marks that was not.
      expect(repeating).toBe(4);
    },
  );

  test('again and again, after every fifth effect: all ends the same, and nothing has been told that did not happen', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    let deaths = 0;
    while ((await scanApart({ at: 5, moment: 'after' })).signal === 'SIGKILL') {
      deaths += 1;
      expect(deaths).toBeLessThan(30);
    }
    expect(deaths).toBeGreaterThan(3);
    await watched.scan();
    const ending = await endingOf(watched);
    expect(ending.table).toEqual(calm.table);
    expect(Object.keys(ending.alerts).sort()).toEqual(Object.keys(calm.alerts).sort());
  });
});
