import { GetInstancePortStatesCommand, GetInstancesCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { defaultLimits } from '../../lambda/scan/scan-fleet.ts';
import { deployScan, scanWhole } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { startCloudThread } from '../stand-in/start-cloud-thread.ts';
import { computeScanFloorMs } from './scan-floor.ts';

export interface ScanTime {
  instances: number;
  regions: number;
  /** Median of the runs. */
  wallMs: number;
  floorMs: number;
  /** The same calls by the same SDK, one after another, as a script would make them. Nothing is stored. */
  oneByOneMs: number;
}

const pageSize = 5;
const latencyMs = 40;
const runs = 7;

/** Scans an unchanged fleet again and again, in a process that has scanned before. Real SDK clients, HTTP, a table, a topic. */
export async function measureScanTime(instances: number, regions: readonly string[]): Promise<ScanTime> {
  const fleet = buildFleet(instances, regions);
  const cloud = await startCloudThread({ instances: fleet, regions: [...regions], pageSize, latencyMs });
  try {
    const scan = await deployScan(cloud.urls, regions);
    for (let warmUp = 0; warmUp < 3; warmUp += 1) await scanWhole(scan);
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) times.push(await timeMs(() => scanWhole(scan)));
    scan.destroy();
    const instancesByRegion = regions.map((region) => fleet.filter((instance) => instance.region === region).length);
    const floorMs = computeScanFloorMs({ instancesByRegion, pageSize, latencyMs, ...defaultLimits });
    const oneByOneMs = await timeMs(() => readOneByOne(regions));
    return { instances, regions: regions.length, wallMs: median(times), floorMs, oneByOneMs };
  } finally {
    await cloud.close();
  }
}

async function readOneByOne(regions: readonly string[]): Promise<void> {
  for (const region of regions) {
    const client = new LightsailClient({ region });
    let pageToken: string | undefined;
    do {
      const page = await client.send(new GetInstancesCommand({ pageToken }));
      for (const { name } of page.instances ?? [])
        await client.send(new GetInstancePortStatesCommand({ instanceName: name }));
      pageToken = page.nextPageToken;
    } while (pageToken);
    client.destroy();
  }
}

async function timeMs(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('There is no median of nothing.');
  return middle;
}
