import { describe } from '@jest/globals';
import { describeFleetStore } from './fleet-store-suite.ts';
import { InMemoryFleetStore } from './in-memory-fleet-store.ts';
import { describeWeekReader } from './week-reader-suite.ts';

describe('the fleet store in memory', () => {
  const store = new InMemoryFleetStore();
  describeFleetStore(() => store);
  describeWeekReader(() => ({ store, reader: store }), '444455556666');
});
