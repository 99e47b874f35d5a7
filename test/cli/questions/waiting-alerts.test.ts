/** Which alerts wait, and since when. */
import { describe, expect, test } from '@jest/globals';
import { findWaitingAlerts } from '../../../cli/questions/waiting-alerts.ts';
import { account, ago } from '../doctor/samples.ts';

describe('alerts that wait', () => {
  const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
  const state = { resource, version: 3, alerted: 1, lastAt: ago(5), firstSeenAt: ago(90), pending: null };
  const source = {
    async *readEntries() {
      yield [3, 2].map((version) => ({ version, at: ago(version * 10) }));
      yield [{ version: 1, at: ago(80) }];
    },
  };

  test('are counted, and the oldest is found in the history', async () => {
    expect(await findWaitingAlerts([state, { ...state, alerted: 2 }], source)).toEqual({ count: 3, oldestAt: ago(20) });
  });

  test('of one entry are found without a read', async () => {
    expect(
      await findWaitingAlerts([{ ...state, alerted: 2 }], {
        readEntries: () => {
          throw new Error('read');
        },
      }),
    ).toEqual({ count: 1, oldestAt: ago(5) });
  });

  test('are none if every entry is alerted', async () => {
    expect(await findWaitingAlerts([{ ...state, alerted: 3 }], source)).toBeNull();
  });
});
