/** The limits for a scan of an unchanged fleet, by number of requests and by the table's own metering. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startStandIns } from '../../bench/peers/stand-in.ts';
import { measureUnchangedScan, type ScanUse } from '../../bench/unchanged-scan/measure-unchanged-scan.ts';
import { buildScan } from '../../lambda/build-scan.ts';
import { parseScanEnvironment } from '../../lambda/handlers/environment.ts';
import { depth } from '../support/depth.ts';

describe('P10: a scan of an unchanged fleet', () => {
  let use: ScanUse;

  const regions = ['eu-west-1', 'us-east-1'];
  const emptyRegions = depth({ quick: 2, full: 18 });

  const instances = depth({ quick: 7, full: 13 });

  // In each of the two regions the instances are two pages; each empty region answers one call.
  beforeAll(async () => {
    const few = [...regions, 'ap-south-1', 'eu-north-1'];
    const lightsailRegions = depth({ quick: few, full: undefined });
    use = await measureUnchangedScan({ instances, regions, lightsailRegions, pageSize: depth({ quick: 2, full: 5 }) });
  });

  test('asks Lightsail for its regions once, for every page once, and for every firewall once', () => {
    expect(use.lightsailCalls).toEqual({
      GetRegions: 1,
      GetInstances: 4 + emptyRegions,
      GetInstancePortStates: instances,
    });
  });

  test('acquires the lease, reads the fleet and the approvals by one Query each, writes the scan item, releases the lease, and sends no other request', () => {
    const operations = ['UpdateItem', 'Query', 'Query', 'PutItem', 'UpdateItem'];
    expect(use.tableCalls.map(({ operation }) => operation)).toEqual(operations);
  });

  test('writes three items of at most 1 KB, whatever the number of instances', () => {
    expect(use.writeUnits).toBe(3);
  });

  test('reads a unit for every three instances or fewer, and some for the regions', () => {
    expect(use.readUnits).toBeLessThanOrEqual(depth({ quick: 5, full: 8 }));
    expect(use.readUnits).toBeGreaterThanOrEqual(1);
  });

  test('does not speak to SNS', () => {
    expect(use.snsCalls).toBe(0);
  });
});

test('the table that `npm run bench:peers` fills is that of an unchanged fleet: a scan sends no alert', async () => {
  const standIns = await startStandIns(2, ['eu-west-1', 'us-east-1', 'ap-south-1']);
  const scan = buildScan(parseScanEnvironment(standIns.environment()));
  try {
    const { complete, instancesRead, alerts } = await scan.run(Date.now() + 600_000, () => {});
    expect({ complete, instancesRead, alerts }).toEqual({ complete: true, instancesRead: 2, alerts: 0 });
    const operations = (await standIns.takeCalls()).map(({ operation }) => operation).sort();
    const [listed, read] = ['GetInstances', 'GetInstancePortStates'];
    expect(operations).toEqual([read, read, listed, listed, listed]);
  } finally {
    scan.destroy();
    await standIns.close();
  }
});
