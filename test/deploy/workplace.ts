/**
 * The terminal of a person who deploys: the CDK command line and the AWS CLI, both configured for ministack, with a separate home folder.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Outputs {
  AlertTopicArn: string;
  HealthTopicArn: string;
  EventTopicArn: string;
  SnapshotTableName: string;
  ScanFunctionName: string;
}

export interface Workplace {
  bootstrap(): Promise<void>;
  /** Runs `cdk deploy` with this configuration file and with the arguments `words`; returns the outputs of the stack. */
  deploy(configuration: Record<string, unknown>, ...words: string[]): Promise<Outputs>;
  destroy(...words: string[]): Promise<void>;
  /** Runs the AWS CLI. Returns its answer as JSON; `null`: no answer. */
  aws(...words: string[]): Promise<unknown>;
  /** Runs a command line as a person pastes it; returns its output. */
  shell(commandLine: string): Promise<string>;
}

/** `folder`: the folder of the CDK app, with its cdk.json. Default: this clone. */
export function openWorkplace(
  bin: string,
  home: string,
  url: string,
  environment: Record<string, string>,
  folder = repository,
): Workplace {
  const env = {
    ...environment,
    HOME: home,
    TMPDIR: home,
    // The app is `node bin/cdk-app.ts`. So the PATH begins with the folder of the Node that runs this test.
    PATH: `${dirname(process.execPath)}:${bin}:${process.env['PATH']}`,
    AWS_ENDPOINT_URL: url,
    // Without this setting the CDK would send its assets to a virtual host of the bucket, and no DNS server resolves that name.
    AWS_ENDPOINT_URL_S3: url,
    CDK_HOME: join(home, 'cdk-home'),
    CI: 'true',
  };
  const execute = async (file: string, words: string[]): Promise<string> => {
    const { stdout } = await run(file, words, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };
  const configurationFile = join(home, 'portwatch.json');
  const outputsFile = join(home, 'outputs.json');
  const cdk = (...words: string[]) =>
    execute(process.execPath, [
      join(repository, 'node_modules/aws-cdk/bin/cdk'),
      ...words,
      ...['--output', join(home, 'cdk.out'), '--context', `config=${configurationFile}`],
    ]);
  return {
    async bootstrap() {
      await writeFile(configurationFile, '{}');
      await cdk('bootstrap');
    },
    async deploy(configuration, ...words) {
      await writeFile(configurationFile, JSON.stringify(configuration));
      await cdk('deploy', ...words, '--require-approval', 'never', '--outputs-file', outputsFile);
      return JSON.parse(await readFile(outputsFile, 'utf8')).Portwatch;
    },
    async destroy(...words) {
      await cdk('destroy', ...words, '--force');
    },
    async aws(...words) {
      // Version 1 of the CLI ignores AWS_ENDPOINT_URL for SQS.
      const endpoint = words[0] === 'sqs' ? ['--endpoint-url', url] : [];
      const answer = await execute(join(bin, 'aws'), [...words, ...endpoint, '--output', 'json']);
      return answer.trim() === '' ? null : JSON.parse(answer);
    },
    shell: (commandLine) => execute('/bin/sh', ['-c', commandLine]),
  };
}
