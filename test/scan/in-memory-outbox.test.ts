import { describe } from '@jest/globals';
import { InMemoryOutbox } from './in-memory-outbox.ts';
import { describeOutbox } from './outbox-suite.ts';

describe('the outbox in memory', () => describeOutbox(() => new InMemoryOutbox()));
