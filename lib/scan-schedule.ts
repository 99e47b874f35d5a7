import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IScheduleTarget, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { ScheduleTargetBase } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type AppliedAccountSettings, accountSettingsOf, limitAndName } from './apply-account-settings.ts';
import { acknowledgeInlinePolicy } from './nag-exceptions.ts';

export interface ScanScheduleProps {
  readonly scan: IFunction;
  readonly description: string;
  /** The event that the function receives. */
  readonly input: Readonly<Record<string, string>>;
  /** Whole minutes, 1 to 1440. */
  readonly everyMinutes: number;
  /** Receives invocations that the schedule could not deliver. */
  readonly deadLetterQueue: IQueue;
}

/**
 * Invokes Lambda asynchronously. The retries and dead letters of the schedule are for invocations that could not be delivered. The function
 * has its own retries and dead letters, for scans that fail.
 */
export class ScanSchedule extends Schedule {
  constructor(scope: Construct, id: string, props: ScanScheduleProps) {
    const target = new ScanTarget(scope, props);
    super(scope, id, {
      description: props.description,
      schedule: ScheduleExpression.rate(Duration.minutes(props.everyMinutes)),
      target,
    });
    // The schedule refers to its role, but not to the policy of the role. The policy has to exist first, because the schedule invokes the
    // function at once.
    if (target.role) this.node.addDependency(target.role);
  }
}

/** Invokes the function like the CDK's LambdaInvoke, but without the permission for every version and alias of the function. */
class ScanTarget extends ScheduleTargetBase implements IScheduleTarget {
  role: IRole | undefined;
  private readonly settings: AppliedAccountSettings;

  constructor(scope: Construct, props: ScanScheduleProps) {
    const base = {
      input: ScheduleTargetInput.fromObject(props.input),
      // After one interval, the next invocation replaces an invocation that was not delivered.
      maxEventAge: Duration.minutes(props.everyMinutes),
      retryAttempts: 5,
      deadLetterQueue: props.deadLetterQueue,
    };
    super(base, props.scan.functionArn);
    this.settings = accountSettingsOf(scope);
  }

  protected override addTargetActionToRole(role: IRole): void {
    this.role = role;
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.targetArn] }));
    // The schedule writes to the dead-letter queue with this role.
    this.settings.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    limitAndName(role, this.settings);
    acknowledgeInlinePolicy(role);
  }
}
