/**
 * ministack (PyPI), a stand-in for the AWS services that a deployment needs: CloudFormation, S3, IAM, Lambda, DynamoDB, SNS, SQS,
 * EventBridge Scheduler. Nobody here wrote it. What was found in 1.5.33:
 * - Its scheduler fires a rate of one minute 60 to 70 s after the schedule was made (it looks every 10 s), with the target's input.
 * - Functions run in processes of the `node` on its PATH, with its own environment beside the function's: so
 *   AWS_ENDPOINT_URL_LIGHTSAIL set here reaches the function, and AWS_ENDPOINT_URL is set to itself.
 * - GetTopicAttributes counts SQS and mail subscriptions as confirmed at once; mails go nowhere.
 * - Physical names are made of the stack's and the logical id's: the same names after destroying and deploying again.
 * - Its EventBridge refuses sources that begin with `aws.`, as AWS does (`ministack_as_aws.py` lets it take them), and knows `exists`
 *   in patterns; what a queue brings to a function comes at once, without waiting for a batching window, two batches at once.
 * - DeletionPolicy is kept to; TTL, deletion protection and point-in-time recovery of the table are not applied, alarms are created
 *   and never evaluated.
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
 * Starts it on a free port of loopback. `bin` is the folder of the virtual environment's programs, `home` takes what it writes.
 * `mayBeAws`: its EventBridge also takes events that only AWS itself may send.
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
