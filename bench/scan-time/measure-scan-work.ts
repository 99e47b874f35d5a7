import { deployScan, scanWhole } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { startCloudThread } from '../stand-in/start-cloud-thread.ts';
import { medianTimes } from '../time-ms.ts';

/** The time of a scan, and the part of the time that depends on the speed of the machine. */
export interface ScanWork {
  /** Milliseconds of a scan of every region that finds no change, if each request to Lightsail takes 150 ms. */
  wallMs: number;
  /** Processor time of this scan, in milliseconds. */
  cpuMs: number;
}

/** Assumed milliseconds of a request to Lightsail in another region, because Lightsail does not document its latency. */
const latencyMs = 150;

export async function measureScanWork(instances: number, regions: readonly string[]): Promise<ScanWork> {
  const cloud = await startCloudThread({ instances: buildFleet(instances, regions), latencyMs, pageSize: 5 });
  try {
    const scan = await deployScan(cloud.urls, null);
    await scanWhole(scan);
    const work = await medianTimes(5, () => scanWhole(scan));
    scan.destroy();
    return work;
  } finally {
    await cloud.close();
  }
}
