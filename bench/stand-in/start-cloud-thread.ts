import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CloudOptions, CloudUrls } from './cloud.ts';

interface CloudThread {
  urls: CloudUrls;
  close(): Promise<void>;
}

/** Throws the error of a failed start. */
export async function startCloudThread(options: CloudOptions): Promise<CloudThread> {
  const worker = new Worker(new URL('./cloud-worker.ts', import.meta.url), { workerData: options });
  const [urls]: CloudUrls[] = await once(worker, 'message');
  if (urls === undefined) throw new Error('The stand-ins did not say where they are.');
  const close = async () => {
    const exit = once(worker, 'exit');
    worker.postMessage('close');
    await exit;
  };
  return { urls, close };
}
