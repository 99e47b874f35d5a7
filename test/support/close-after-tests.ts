import { afterAll, afterEach } from '@jest/globals';

type Closable = { close(): unknown } | { destroy(): unknown };

const closeNow = (started: Closable) => ('close' in started ? started.close() : started.destroy());

/** Waits until a stand-in, a client or a deployment has started, and closes it after the tests of the file that runs. */
export async function closeAfterTests<Started extends Closable>(
  starting: Started | Promise<Started>,
): Promise<Started> {
  const started = await starting;
  afterAll(async () => void (await closeNow(started)));
  return started;
}

/**
 * To be called once by a test file. Returns a function that registers an object, and closes it after the present test. The object that was
 * registered last is closed first.
 */
export function closeAfterEachTest(): <Started extends Closable>(started: Started) => Started {
  const kept: Closable[] = [];
  afterEach(async () => {
    for (const started of kept.splice(0).reverse()) await closeNow(started);
  });
  return (started) => {
    kept.push(started);
    return started;
  };
}
