/**
 * An account for deployments, on this machine: ministack, the stand-in of Lightsail (which ministack lacks), and the terminal of a person
 * who deploys.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LightsailEmulator,
  type LightsailEmulatorOptions,
  startLightsailEmulator,
} from '../../emulators/lightsail.ts';
import { AlertInbox } from './alert-inbox.ts';
import { type Ministack, ministackPackage, startMinistack } from './ministack.ts';
import { ensurePython } from './python.ts';
import { type Outputs, openWorkplace, type Workplace } from './workplace.ts';

/** The account number that ministack uses. */
export const account = '000000000000';
export const region = 'eu-west-1';
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
};
export const minute = 60_000;

interface DeployAccountOptions extends LightsailEmulatorOptions {
  /** Further stand-ins, by the names of their endpoint variables. */
  endpoints?: Record<string, string>;
  /** If true, ministack's EventBridge also accepts events that only AWS is allowed to send. */
  mayBeAws?: boolean;
}

export class DeployAccount {
  /** The folder of the person who deploys. */
  readonly home: string;
  readonly lightsail: LightsailEmulator;
  readonly ministack: Ministack;
  /** In the folder of the repository. */
  readonly workplace: Workplace;
  /** A workplace in another folder of the same person. */
  readonly openWorkplace: (folder: string) => Workplace;

  private constructor(
    home: string,
    lightsail: LightsailEmulator,
    ministack: Ministack,
    open: (folder?: string) => Workplace,
  ) {
    this.home = home;
    this.lightsail = lightsail;
    this.ministack = ministack;
    this.workplace = open();
    this.openWorkplace = open;
  }

  /** Opens an account that is bootstrapped for the CDK. */
  static async open(options: DeployAccountOptions = {}): Promise<DeployAccount> {
    const here = await DeployAccount.openWithoutBootstrap(options);
    await here.workplace.bootstrap();
    return here;
  }

  /** Only the given regions exist. Default: one region. */
  static async openWithoutBootstrap({ endpoints, mayBeAws, ...options }: DeployAccountOptions): Promise<DeployAccount> {
    const { bin } = await ensurePython([ministackPackage, 'awscli==1.46.3']);
    const home = await mkdtemp(join(tmpdir(), 'portwatch-deploy-'));
    const lightsail = await startLightsailEmulator({ account, regions: [region], notEnabledRegions: [], ...options });
    const environment = { ...awsEnvironment, AWS_ENDPOINT_URL_LIGHTSAIL: lightsail.url, ...endpoints };
    const ministack = await startMinistack(bin, home, environment, { mayBeAws });
    return new DeployAccount(home, lightsail, ministack, (folder) =>
      openWorkplace(bin, home, ministack.url, environment, folder),
    );
  }

  async close(): Promise<void> {
    await this.ministack.stop();
    await this.lightsail.close();
    await rm(this.home, { recursive: true, force: true });
  }

  /** Makes a queue that can be subscribed to a topic. */
  async openInbox(name: string): Promise<AlertInbox> {
    await this.workplace.aws('sqs', 'create-queue', '--queue-name', name);
    return new AlertInbox(this.workplace, `${this.ministack.url}/${account}/${name}`);
  }

  /** Invokes the scan function once, and returns its result. */
  async scan({ ScanFunctionName }: Pick<Outputs, 'ScanFunctionName'>): Promise<{ skipped: boolean }> {
    const answer = join(this.home, `answer-${Math.random()}.json`);
    await this.workplace.aws('lambda', 'invoke', '--function-name', ScanFunctionName, '--payload', '{}', answer);
    return JSON.parse(await readFile(answer, 'utf8'));
  }
}
