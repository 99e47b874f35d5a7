/** Runs the scan as a separate process and kills it at each of its effects in turn. The next scan must complete the work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { depth } from '../support/depth.ts';
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
import type { ScanOrder } from './scan-once.ts';
import { WatchedAccount } from './watched-account.ts';

let watched: WatchedAccount;
let calm: Ending;
let gate: EffectGate;
/** A folder with the scan in one file and its compiled code, so that a child process starts in a third of the time. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portwatch-killed-'));
  await build({
    entryPoints: [fileURLToPath(new URL('scan-once.ts', import.meta.url))],
    outfile: join(folder, 'scan-once.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  });
  watched = await WatchedAccount.start(fleetScanOptions);
  calm = await runUndisturbed(watched);
  const { dynamodb, sns } = watched.emulators;
  gate = await EffectGate.open({ dynamodb: dynamodb.url, sns: sns.url });
});

afterAll(async () => {
  await gate?.close();
  await watched?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Death {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A scan five minutes after the last one, killed at the effect of the trap; `null`: not killed. */
async function scanApart(trap: Omit<Trap, 'kill'> | null): Promise<Death> {
  watched.time.skip(300_000);
  const clockAheadMs = watched.time.clock() - Date.now();
  const order: ScanOrder = { deployment: watched.deployment, clockAheadMs, scanMs: 60_000 };
  const child = spawn(process.execPath, [join(folder, 'scan-once.mjs'), JSON.stringify(order)], {
    env: { ...process.env, ...gate.environment, NODE_COMPILE_CACHE: folder },
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

/** The same scan in this process. */
async function scanHere(): Promise<Omit<Death, 'signal'>> {
  const { env } = process;
  process.env = { ...env, ...gate.environment };
  gate.arm(null);
  try {
    const report = await watched.scan({ limits: { readsPerRegion: 1, regionsAtOnce: 1, reserveMs: 1_000 } });
    return { code: 0, stdout: JSON.stringify(report), stderr: '' };
  } finally {
    process.env = env;
  }
}

/** A process takes half a second, so that in `npm test` only the last scan of the many deaths shows how a process ends. */
const scanCalmly = depth({ quick: scanHere, full: () => scanApart(null) });

const allEffects = Array.from({ length: 23 }, (_, index) => index + 1);

/**
 * The effects before or after which a scan is killed. The quick ones are a mark and a publish; the test of many deaths kills in the commits.
 */
const chosenEffects = depth({
  quick: { before: [19], after: [17] },
  full: { before: allEffects, after: allEffects },
});

const killed = { code: null, signal: 'SIGKILL', stdout: '', stderr: '' };

describe('P3, P6: a scan that is killed', () => {
  test('completes its work if it is not killed', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    const { code, stdout, stderr } = await scanCalmly();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, instancesRead: 4, alerts: 5 });
    expect(gate.effects.filter((effect) => effect === 'Publish')).toHaveLength(1);
    // Lease; three commits and a new latest state; the addresses of another listing; four entries; two deleted instances; four marks; a message
    // and four marks; the scan item; the release of the lease.
    expect(gate.effects).toHaveLength(1 + 4 + 1 + 4 + 2 + 4 + 1 + 4 + 1 + 1);
    expect(allEffects).toHaveLength(gate.effects.length);
    await watched.scan();
    expect(await endingOf(watched)).toEqual(calm);
  });

  test.each(['before', 'after'] as const)(
    '%s an effect is applied: the next scan ends with the same table and the same alerts',
    async (moment) => {
      let repeating = 0;
      for (const at of chosenEffects[moment]) {
        await prepareFleet(watched);
        changeFleet(watched);
        const death = await scanApart({ at, moment });
        const where = `${moment} effect ${at}: ${gate.killedAt}`;
        expect({ where, ...death }).toEqual({ where, ...killed });
        // Only alerts whose mark had not moved when the scan was killed are published twice.
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
      // Alerts repeat from the applied publish until the last of the four marks is set.
      expect(repeating).toBe(depth({ quick: 1, full: 4 }));
    },
  );

  test('again and again, after every few effects: the end is the same, and no alert is about a change that did not happen', async () => {
    await prepareFleet(watched);
    changeFleet(watched);
    const scan = () => scanApart({ at: depth({ quick: 10, full: 5 }), moment: 'after' });
    let deaths = 0;
    let ended = await scan();
    while (ended.signal === 'SIGKILL') {
      deaths += 1;
      expect(deaths).toBeLessThan(30);
      ended = await scan();
    }
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('"complete":true') });
    expect(deaths).toBeGreaterThan(depth({ quick: 1, full: 3 }));
    await watched.scan();
    const ending = await endingOf(watched);
    expect(ending.table).toEqual(calm.table);
    expect(Object.keys(ending.alerts).sort()).toEqual(Object.keys(calm.alerts).sort());
  });
});
