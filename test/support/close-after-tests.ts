import { afterAll } from '@jest/globals';

type Closable = { close(): unknown } | { destroy(): unknown };

/** Waits until a stand-in, a client or a deployment has started, and closes it after the tests of the file that runs. */
export async function closeAfterTests<Started extends Closable>(
  starting: Started | Promise<Started>,
): Promise<Started> {
  const started = await starting;
  afterAll(async () => void (await ('close' in started ? started.close() : started.destroy())));
  return started;
}
