/** A stand-in of Lightsail for each test of the file that imports this one, and SDK clients on it. */
import { GetInstancePortStatesCommand, LightsailClient } from '@aws-sdk/client-lightsail';
import { afterEach, beforeEach } from '@jest/globals';
import {
  type LightsailEmulator,
  type LightsailEmulatorOptions,
  startLightsailEmulator,
} from '../../emulators/lightsail.ts';

export let emulator: LightsailEmulator;
let clients: LightsailClient[] = [];

export function clientOf(region = 'eu-west-1'): LightsailClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LightsailClient({ region, endpoint: emulator.url, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

export async function rulesOf(instanceName: string, region = 'eu-west-1') {
  return (await clientOf(region).send(new GetInstancePortStatesCommand({ instanceName }))).portStates;
}

export async function startEmulator(options?: LightsailEmulatorOptions): Promise<void> {
  emulator = await startLightsailEmulator(options);
}

/** Called once by the test file, before its tests. */
export function startLightsailForEachTest(): void {
  beforeEach(() => startEmulator({ regions: ['eu-west-1', 'us-east-1'] }));

  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients = [];
    await emulator.close();
  });
}
