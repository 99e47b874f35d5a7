/**
 * A month of history, written by the product itself: its own scan, over a scripted world, into a table in memory. Instances that a scan
 * could only find unchanged are hidden from it; otherwise 9,000 scans of 200 instances would take minutes. With `isEverythingShown` nothing
 * is hidden, and a test checks that the items are the same.
 */
import type { Item } from '../../lambda/adapters/items/read-item.ts';
import { defaultSettings, type ScanSettings } from '../../lambda/contract/settings-schema.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { listAttributionItems } from './generated-month-attributions.ts';
import { MonthReader, type Shown } from './generated-month-reader.ts';
import { drawScript, type MonthPlan, type ScriptedInstance } from './generated-month-script.ts';
import { MonthStore } from './generated-month-store.ts';
import { keyOf, MonthWorld } from './generated-month-world.ts';

export interface GeneratedMonth {
  /** Every item of the table, in any order. */
  items: Item[];
  store: MonthStore;
  /** The script of the month, whatever the table contains. */
  world: MonthWorld;
}

export async function generateMonth(plan: MonthPlan, isEverythingShown = false): Promise<GeneratedMonth> {
  const world = new MonthWorld(drawScript(plan));
  const reader = new MonthReader(world);
  const store = new MonthStore(reader, (startedAt) => new Date(world.endOf(Date.parse(startedAt))).toISOString());
  const settled = new Map<string, number>();
  const everything = new Map(
    world.script.instances.map((instance) => [keyOf(instance.region, instance.name), instance]),
  );
  let ids = 0;
  const deps = {
    reader,
    store,
    publisher: { hasConfirmedSubscriber: async () => true, publish: async () => undefined },
    // With an outbox no message is composed, which is a third of the work. The table does not contain alerts.
    outbox: { putGroup: async () => undefined },
    observe: () => undefined,
    settings: settingsOf(plan, world.script.regions),
    tableName: 'Snapshots',
    tableRegion: null,
    calls: null,
    weekly: null,
    clock: () => reader.now,
    pause: async () => undefined,
    timeout: () => new AbortController().signal,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    limits: { readsPerRegion: 1, regionsAtOnce: 1, reserveMs: 1_000 },
  };
  for (const scan of world.script.scans) {
    const shown = isEverythingShown ? everything : chooseShown(world, scan, settled);
    reader.begin(scan, isEverythingShown ? null : shown, isEverythingShown ? new Map() : countHidden(world, shown));
    await runFullScan(deps, scan + 240_000);
    for (const instance of shown.values()) noteSettled(instance, scan, { store, world, settled });
  }
  return { items: [...store.toItems(plan.account), ...listAttributionItems(store, world)], store, world };
}

/** `settled`: for each instance that is fully known, the time until which it does not change. */
function chooseShown(world: MonthWorld, scan: number, settled: ReadonlyMap<string, number>): Shown {
  const shown = new Map<string, ScriptedInstance>();
  for (const region of world.script.regions) {
    const isRegionAway = world.outageAt(region, null, world.listedAt(scan, region)) !== null;
    for (const instance of world.instancesOf(region)) {
      const key = keyOf(region, instance.name);
      const isSettled = (settled.get(key) ?? 0) > world.readAt(scan, region, instance.name);
      if (isRegionAway || !isSettled) shown.set(key, instance);
    }
  }
  return shown;
}

/** Hidden instances exist and are unchanged. */
function countHidden(world: MonthWorld, shown: Shown): ReadonlyMap<string, number> {
  const hidden = new Map(world.script.regions.map((region) => [region, world.instancesOf(region).length]));
  for (const { region } of shown.values()) hidden.set(region, (hidden.get(region) ?? 0) - 1);
  return hidden;
}

interface Settling {
  store: MonthStore;
  world: MonthWorld;
  settled: Map<string, number>;
}

/** Notes an instance whose history is complete as of this scan. It may be hidden until its next event. */
function noteSettled(instance: ScriptedInstance, scan: number, { store, world, settled }: Settling): void {
  const { region, name } = instance;
  const key = keyOf(region, name);
  const listedAt = world.listedAt(scan, region);
  const latest = store.states.get(`${world.script.plan.account}#${key}`);
  const isQuiet = latest?.status === 'known' && latest.failure === null && latest.alerted === latest.version;
  const isSeen = world.isReadable(scan, instance) && world.eventAt(instance, listedAt) !== null;
  // The time counts from the listing on: between the listing and the read, a scan may see only a half of a change.
  if (isQuiet && isSeen) settled.set(key, world.nextEventAfter(instance, listedAt));
  else settled.delete(key);
}

function settingsOf({ account }: MonthPlan, regions: readonly string[]): ScanSettings {
  return {
    ...defaultSettings(),
    account,
    name: 'prod',
    regions,
    // The table does not contain alerts, so fewer messages make the month faster.
    alertFrom: 'critical',
  };
}
