/** A clock of AWS that differs from the clock of the machine. The stand-ins and the commands run in one process. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';

const inCommand = new AsyncLocalStorage<true>();

/** `Date.now` of AWS is the present time with this offset, until the mocks are restored. Only a command has the clock of the machine. */
export function setAwsClock(offsetMs: number): void {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + (inCommand.getStore() ? 0 : offsetMs));
}

export const withMachineClock = <T>(command: () => T): T => inCommand.run(true, command);
