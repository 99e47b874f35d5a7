import { describe } from '@jest/globals';
import { InMemoryPasses } from './in-memory-passes.ts';
import { describePassStore } from './pass-store-suite.ts';

describe('the passes in memory', () =>
  describePassStore(() => {
    const passes = new InMemoryPasses();
    return { passes, savePass: (pass) => passes.savePass(pass), loadPass: async () => passes.pass };
  }));
