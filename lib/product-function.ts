import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type CfnFunction, type Function as LambdaFunction, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { approvalsPartition, outboxPartition } from '../lambda/contract/table-keys.ts';
import { accountSettingsOf, otherKeyOf } from './apply-account-settings.ts';
import { allowNetworkInterfaces, type FunctionNetwork } from './function-network.ts';
import { acknowledge, acknowledgeInlinePolicy, acknowledgeInPacks } from './nag-exceptions.ts';
import { newBundledFunction } from './new-bundled-function.ts';

export interface ProductFunctionProps {
  /** The file in `lambda/handlers/` that exports `handler`. */
  readonly handlerFile: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MiB. */
  readonly memorySize: number;
  /** The name of the function's role. `undefined`: the role has no configured name. */
  readonly roleName?: string | undefined;
  /**
   * Retries and dead letters of asynchronous invocations. @default - the function reads from a queue, which has retries and dead letters of
   * its own
   */
  readonly asynchronous?: AsynchronousEvents;
}

export interface AsynchronousEvents {
  /** Receives events that failed after all retries. */
  readonly deadLetterQueue: IQueue;
  /** 1 minute to 6 hours. */
  readonly maxEventAge: Duration;
  /** 0 to 2. */
  readonly retryAttempts: number;
}

/**
 * A function of Portwatch, with its own log group. Until permissions are added, its role can only write to this log group, use the
 * configured key, and connect to the VPC.
 */
export class ProductFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly handlerFile: string;

  constructor(scope: Construct, id: string, props: ProductFunctionProps) {
    super(scope, id);
    this.handlerFile = props.handlerFile;
    const { logRetentionDays, keepLogs, encryptionKey, network } = accountSettingsOf(this);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetentionDays,
      removalPolicy: keepLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(encryptionKey ? { encryptionKey } : {}),
    });
    // The managed policy AWSLambdaBasicExecutionRole is not used, because it allows writing to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName === undefined ? {} : { roleName: props.roleName }),
    });
    logGroup.grantWrite(this.role);
    this.lambda = newBundledFunction(this, 'Function', props.handlerFile, {
      description: props.description,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySize,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...asynchronousSettings(props.asynchronous),
      ...(encryptionKey ? { environmentEncryption: encryptionKey } : {}),
    });
    this.acknowledgeExceptions(props.asynchronous);
    if (encryptionKey) this.grantUseKey(encryptionKey);
    if (network) this.connect(network);
  }

  private acknowledgeExceptions(asynchronous: AsynchronousEvents | undefined): void {
    acknowledgeInlinePolicy(this.role);
    acknowledgeInPacks(
      this.lambda,
      'LambdaConcurrency',
      'A new account has 10 concurrent executions, and none of them can be reserved. The lease limits the scans; an alarm reports throttling.',
    );
    acknowledgeInPacks(
      this.lambda,
      'LambdaDLQ',
      asynchronous
        ? 'An on-failure destination receives failed events, with their error; it replaces the older dead-letter setting.'
        : 'The function is invoked by a queue only, and that queue has a dead-letter queue.',
    );
  }

  /** Sets the VPC on the L1 construct: the property of the L2 construct needs a VPC object, and the configuration has only IDs. */
  private connect({ subnetIds, securityGroupIds, route }: FunctionNetwork): void {
    allowNetworkInterfaces(this.role);
    (this.lambda.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    if (route) this.lambda.node.addDependency(route);
  }

  /**
   * Allows encryption and decryption with the key: of the function's variables, and of the messages and items that the other grants allow.
   */
  grantUseKey(key: IKey): void {
    key.grantEncryptDecrypt(this.role);
    this.allow(['kms:DescribeKey'], [key.keyArn]);
    this.acknowledgeKeyActions('GenerateDataKey*', 'ReEncrypt*');
  }

  /** Allows publishing to `topic`, with its key if the topic has one. `further`: more actions on the topic. */
  protected grantPublish(topic: ITopic, further: readonly string[]): void {
    this.allow(['sns:Publish', ...further], [topic.topicArn]);
    const key = otherKeyOf(this, topic);
    if (key === null) return;
    this.allow(['kms:Decrypt', 'kms:GenerateDataKey*'], [key.keyArn]);
    this.acknowledgeKeyActions('GenerateDataKey*');
  }

  private acknowledgeKeyActions(...actions: string[]): void {
    const reason = 'The actions of KMS that encrypt and decrypt, on this one key.';
    acknowledge(this.role, ...actions.map((action) => ({ id: `AwsSolutions-IAM5[Action::kms:${action}]`, reason })));
  }

  /**
   * Denies writing approvals, which only people make: a scan that could write them could suppress its own alerts. `dynamodb:LeadingKeys`
   * holds the partition keys of a request (Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
   */
  denyWritingApprovals(table: ITableV2): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        resources: [table.tableArn],
        conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [approvalsPartition('*')] } },
      }),
    );
  }

  /** Allows deleting items of the outbox, because published groups are deleted there. */
  grantCollect(table: ITableV2): void {
    this.allow(['dynamodb:DeleteItem'], [table.tableArn], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [outboxPartition('*')] },
    });
  }

  /** Adds a permission to the role. If `resources` has to be `*`, the caller records the reason for cdk-nag. */
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
