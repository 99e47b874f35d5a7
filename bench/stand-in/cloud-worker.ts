/** Runs the stand-ins in a separate thread, so that their work does not count as work of the scan. The first message ends the thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { startCloud } from './cloud.ts';

const cloud = await startCloud(workerData);
parentPort?.once('message', () => {
  void cloud.close().then(() => parentPort?.close());
});
parentPort?.postMessage(cloud.urls);
