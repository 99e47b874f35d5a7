/**
 * ministack (PyPI) stands in for the AWS services that a deployment needs: CloudFormation, S3, IAM, Lambda, DynamoDB,
 * SNS, SQS, EventBridge Scheduler. It is independent of this project. Observed in version 1.5.33:
 *
 * - Its scheduler starts a rate of one minute 60 to 70 s after the schedule was created (it checks every 10 s), with the
 *   target's input.
 * - Functions run in processes of the `node` on its PATH, with its own environment in addition to the function's. So
 *   AWS_ENDPOINT_URL_LIGHTSAIL of this process reaches the function, and AWS_ENDPOINT_URL is ministack's own address.
 * - GetTopicAttributes counts SQS and mail subscriptions as confirmed at once; mails are not delivered.
 * - Physical names are made from the stack's id and the logical id: a destroyed and redeployed stack has the same names.
 * - Its EventBridge refuses sources that begin with `aws.`, as AWS does (`ministack_as_aws.py` makes it accept them), and
 *   supports `exists` in patterns. A queue delivers to a function at once, without a batching window, two batches at once.
 * - DeletionPolicy is applied. TTL, deletion protection and point-in-time recovery of the table are not applied. Alarms
 *   are created and never evaluated.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ministackPackage = 'ministack==1.5.33';

export interface Ministack {
  url: string;
  /** The last lines of its log. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts ministack on a free loopback port. `bin` is the folder with the programs of the virtual environment; `home` is
 * the working folder. `mayBeAws`: its EventBridge also accepts events that only AWS may send.
 */
export async function startMinistack(
  bin: string,
  home: string,
  environment: Record<string, string>,
  { mayBeAws = false } = {},
): Promise<Ministack> {
  const port = await findFreePort();
  const lines: string[] = [];
  const asAws = [join(import.meta.dirname, 'ministack_as_aws.py')];
  const child = spawn(join(bin, mayBeAws ? 'python' : 'ministack'), mayBeAws ? asAws : [], {
    cwd: home,
    env: {
      ...environment,
      HOME: home,
      TMPDIR: home,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));
  const log = () => lines.join('').split('\n').slice(-60).join('\n');
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, child, log);
  return { url, log, stop: () => stop(child) };
}

async function waitUntilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    if (child.exitCode !== null) throw new Error(`ministack ended with ${child.exitCode}:\n${log()}`);
    const isReady = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await sleep(250);
  }
  throw new Error(`ministack did not answer within 30 s:\n${log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  server.close();
  await once(server, 'close');
  return address.port;
}
