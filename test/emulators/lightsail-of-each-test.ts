/** A stand-in of Lightsail for each test of the file that imports this one, and SDK clients on it. */
import { GetInstancePortStatesCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { beforeEach } from '@jest/globals';
import {
  type LightsailEmulator,
  type LightsailEmulatorOptions,
  startLightsailEmulator,
} from '../../emulators/lightsail.ts';
import { settingsFor } from '../support/client-settings.ts';
import { closeAfterEachTest } from '../support/close-after-tests.ts';

export let emulator: LightsailEmulator;
let keep: ReturnType<typeof closeAfterEachTest>;

export function clientOf(region = 'eu-west-1'): LightsailClient {
  return keep(new LightsailClient({ ...settingsFor(emulator.url), region }));
}

export async function rulesOf(instanceName: string, region = 'eu-west-1') {
  return (await clientOf(region).send(new GetInstancePortStatesCommand({ instanceName }))).portStates;
}

export async function startEmulator(options?: LightsailEmulatorOptions): Promise<void> {
  emulator = keep(await startLightsailEmulator(options));
}

/** Called once by the test file, before its tests. */
export function startLightsailForEachTest(): void {
  keep = closeAfterEachTest();
  beforeEach(() => startEmulator({ regions: ['eu-west-1', 'us-east-1'] }));
}
