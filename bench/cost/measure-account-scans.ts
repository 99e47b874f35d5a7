import { type AccountScans, buildAccountScans } from '../../lambda/build-accounts.ts';
import type { AccountEnd } from '../../lambda/pass/scan-account-batch.ts';
import { startCloud } from '../stand-in/cloud.ts';
import { deploy, settingsOf } from '../stand-in/deploy.ts';
import { buildFleet } from '../stand-in/fleet.ts';
import { startCloudThread } from '../stand-in/start-cloud-thread.ts';
import { medianTimes } from '../time-ms.ts';
import { startTableMeter, sumUnits } from '../unchanged-scan/table-meter.ts';

interface AccountShape {
  /** The number of accounts that one invocation scans. */
  accounts: number;
  /** Instances in each account. */
  instances: number;
  homeRegions: readonly string[];
  /** Every region that Lightsail has. */
  regions: readonly string[];
  /** True: the scan does not list the regions in which an earlier scan found no instance. */
  leavesOutEmptyRegions: boolean;
}

/** The usage of one invocation that scans several accounts at the same time and finds no change. */
export interface BatchUse {
  accounts: number;
  /** Time and processor time of the batch, in milliseconds, if each request to Lightsail takes 150 ms. */
  wallMs: number;
  cpuMs: number;
  /** `readUnits`, `writeUnits` and `lightsailCalls` are averages for one account scan. The units are capacity units of DynamoDB. */
  readUnits: number;
  writeUnits: number;
  lightsailCalls: number;
}

const pageSize = 5;
/** Assumed latency of a request to Lightsail, because Lightsail does not document its latency. */
const latencyMs = 150;
const runs = 3;
const roleName = 'PortwatchMember';
const externalId = 'portwatch-bench';
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => String(200_000_000_000 + index));

/** The warm-up scans find every instance new. The measured scans find no change. Units and times are measured in separate scans. */
export async function measureAccountScans(shape: AccountShape): Promise<BatchUse> {
  return { accounts: shape.accounts, ...(await measureUse(shape)), ...(await measureTime(shape)) };
}

async function measureUse(shape: AccountShape): Promise<Pick<BatchUse, 'readUnits' | 'writeUnits' | 'lightsailCalls'>> {
  const cloud = await startCloud(cloudOf(shape));
  const meter = await startTableMeter(cloud.urls.dynamodb);
  try {
    const scans = await deployAccounts({ ...cloud.urls, dynamodb: meter.url }, shape);
    await warmUp(scans, shape);
    meter.clear();
    cloud.lightsail.clearCalls();
    await scanWholeBatch(scans, shape);
    scans.destroy();
    const { readUnits, writeUnits } = sumUnits(meter.calls());
    return {
      readUnits: readUnits / shape.accounts,
      writeUnits: writeUnits / shape.accounts,
      lightsailCalls: cloud.lightsail.calls().length / shape.accounts,
    };
  } finally {
    await meter.close();
    await cloud.close();
  }
}

async function measureTime(shape: AccountShape): Promise<Pick<BatchUse, 'wallMs' | 'cpuMs'>> {
  const cloud = await startCloudThread({ ...cloudOf(shape), latencyMs });
  try {
    const scans = await deployAccounts(cloud.urls, shape);
    await warmUp(scans, shape);
    const times = await medianTimes(runs, () => scanWholeBatch(scans, shape));
    scans.destroy();
    return times;
  } finally {
    await cloud.close();
  }
}

function cloudOf({ accounts: count, instances, homeRegions, regions }: AccountShape) {
  const accounts = idsOf(count);
  const fleet = buildFleet(instances, homeRegions);
  return { regions: [...regions], pageSize, members: { accounts, instances: fleet, roleName, externalId } };
}

async function deployAccounts(
  urls: Parameters<typeof deploy>[0],
  { accounts: count, leavesOutEmptyRegions }: AccountShape,
): Promise<AccountScans> {
  const accounts = idsOf(count);
  const emptyRegionsEveryMinutes = leavesOutEmptyRegions ? 60 : 0;
  const settings = { ...settingsOf(null), accounts, externalId, memberRoleName: roleName, emptyRegionsEveryMinutes };
  // `scanBatch` passes the messages to the scans directly, so the scans need no queue.
  return buildAccountScans(await deploy(urls, settings), 'http://127.0.0.1/no-queue');
}

/** The first scans write every instance, and can run into timeouts on a busy machine. So these scans can be incomplete. */
async function warmUp(scans: AccountScans, shape: AccountShape): Promise<void> {
  for (let scan = 0; scan < 3; scan += 1) await scanBatch(scans, shape);
}

/** Throws if an account was not scanned completely, because the measurement is then not valid. */
async function scanWholeBatch(scans: AccountScans, shape: AccountShape): Promise<void> {
  if (!(await scanBatch(scans, shape))) throw new Error('An account was not scanned whole: the machine is too busy.');
}

/** `false`: an account was not scanned completely. */
async function scanBatch(scans: AccountScans, shape: AccountShape): Promise<boolean> {
  const passStartedAt = new Date().toISOString();
  const batch = idsOf(shape.accounts).map((account) => ({
    messageId: account,
    message: { portwatch: 'scan-account' as const, account, name: account, passStartedAt },
  }));
  const ends: AccountEnd[] = [];
  await scans.scan(
    batch,
    Date.now() + 600_000,
    () => () => undefined,
    (_, end) => void ends.push(end),
  );
  const isWhole = (end: AccountEnd) =>
    end.outcome === 'scanned' && end.report.complete && end.report.instancesRead === end.report.instancesListed;
  return ends.length === shape.accounts && ends.every(isWhole);
}
