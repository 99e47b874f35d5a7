/** Runs a cloud in a thread of its own, so that its work is not counted as the scan's. Ends when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { startCloud } from './cloud.ts';

const cloud = await startCloud(workerData);
parentPort?.once('message', () => {
  void cloud.close().then(() => parentPort?.close());
});
parentPort?.postMessage(cloud.urls);
