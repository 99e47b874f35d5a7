import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const repository = fileURLToPath(new URL('..', import.meta.url));

export interface ProductFunctionProps {
  /** File in `lambda/handlers/` that exports `handler`. */
  readonly handlerFile: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB. */
  readonly memorySize: number;
  /** What becomes of events that Lambda takes in for later. @default - a queue hands them over, and sees to that itself */
  readonly asynchronous?: AsynchronousEvents;
}

export interface AsynchronousEvents {
  /** Takes the events that were given up. */
  readonly deadLetterQueue: IQueue;
  /** An event that could not be started for this long is given up: 1 minute to 6 hours. */
  readonly maxEventAge: Duration;
  /** How often an event is tried again after an error: 0 to 2. */
  readonly retryAttempts: number;
}

/**
 * A function of the product: bundled with its SDK, with a log group of its own and a role that may write there and nowhere else. What
 * else it may do is granted by those who give it something to work with.
 */
export class ProductFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;
  /** File in `lambda/handlers/` from which the function is bundled. */
  readonly handlerFile: string;

  constructor(scope: Construct, id: string, props: ProductFunctionProps) {
    super(scope, id);
    this.handlerFile = props.handlerFile;
    // Three months of logs, gone with the stack: they explain, the table proves.
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not AWSLambdaBasicExecutionRole, which allows writing to every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.lambda = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: `${repository}lambda/handlers/${props.handlerFile}`,
      handler: 'handler',
      projectRoot: repository,
      depsLockFilePath: `${repository}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...asynchronousSettings(props.asynchronous),
      awsSdkConnectionReuse: false,
      bundling,
    });
  }

  /** Adds a permission to the function's role. `resources` is `*` only where AWS knows no other, with the reason beside it. */
  allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, unknown>>): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions, resources, ...(conditions ? { conditions } : {}) }),
    );
  }
}

function asynchronousSettings(events: AsynchronousEvents | undefined) {
  if (events === undefined) return {};
  const { deadLetterQueue, maxEventAge, retryAttempts } = events;
  return { onFailure: new SqsDestination(deadLetterQueue), maxEventAge, retryAttempts };
}

/**
 * A function has its role's credentials in its environment; the SDK looks there first and imports what reads profiles, SSO, web
 * identities and metadata services only when it finds none. Left out, the bundle is a sixth smaller, and quicker to load.
 */
const unusedCredentialProviders = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * One file with the SDK in it: the SDK of the runtime lags behind in regions, and half of its size falls away when it is bundled as ES
 * modules (432 KB against 710 KB). Parts of it are CommonJS and call `require`, which an ES module has not: hence the banner.
 * Exported for the test that reads from the bundle which permissions are used.
 */
export const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  minify: true,
  sourceMap: false,
  externalModules: unusedCredentialProviders,
  banner: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
};
