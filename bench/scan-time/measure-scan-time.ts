import { Agent } from 'node:http';
import { GetInstancePortStatesCommand, GetInstancesCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { defaultLimits } from '../../lambda/scan/scan-limits.ts';
import { median } from '../median.ts';
import { deployScan, scanWhole } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { startCloudThread } from '../stand-in/start-cloud-thread.ts';
import { timeMs } from '../time-ms.ts';
import { computeScanFloorMs } from './compute-scan-floor.ts';
import { readBare } from './send-bare-requests.ts';

interface TimedFleet {
  instances: number;
  regions: readonly string[];
  /** Latency of every request to Lightsail, in milliseconds. */
  latencyMs: number;
}

interface ScanTime {
  /** The median time of the scans, in milliseconds. */
  wallMs: number;
  floorMs: number;
  /** The median time of a scan's requests to Lightsail over plain HTTP, as concurrent as in a scan. Measured directly after each scan. */
  bareMs: number;
  /** The time of these requests with the SDK, one after another, as in a simple script that stores nothing. */
  oneByOneMs: number;
}

const pageSize = 5;
const runs = 5;

/** Scans an unchanged fleet repeatedly in a warm process, with real SDK clients, HTTP, a table and a topic. */
export async function measureScanTime({ instances, regions, latencyMs }: TimedFleet): Promise<ScanTime> {
  const fleet = buildFleet(instances, regions);
  const cloud = await startCloudThread({ instances: fleet, regions: [...regions], pageSize, latencyMs });
  try {
    const scan = await deployScan(cloud.urls, regions);
    const agent = new Agent({ keepAlive: true });
    for (let warmUp = 0; warmUp < 3; warmUp += 1) {
      await scanWhole(scan);
      await readBare(cloud.urls.lightsail, regions, defaultLimits, agent);
    }
    const walls: number[] = [];
    const bares: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      walls.push(await timeMs(() => scanWhole(scan)));
      bares.push(await timeMs(() => readBare(cloud.urls.lightsail, regions, defaultLimits, agent)));
    }
    scan.destroy();
    agent.destroy();
    const instancesByRegion = regions.map((region) => fleet.filter((instance) => instance.region === region).length);
    const floorMs = computeScanFloorMs({
      instancesByRegion,
      pageSize,
      latencyMs,
      requestsPerSecond: null,
      ...defaultLimits,
    });
    const oneByOneMs = await timeMs(() => readOneByOne(regions));
    return { wallMs: median(walls), floorMs, bareMs: median(bares), oneByOneMs };
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
