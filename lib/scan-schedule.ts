import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type IScheduleTarget, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { ScheduleTargetBase } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface ScanScheduleProps {
  readonly scan: IFunction;
  /** Whole minutes, 1 to 1440. */
  readonly everyMinutes: number;
  /** Takes what the schedule could not hand over. */
  readonly deadLetterQueue: IQueue;
}

/**
 * Starts a scan every so many minutes. The schedule only hands over to Lambda: its retries and its dead letters are about that, while
 * a scan that fails is the business of the function's own asynchronous settings.
 */
export class ScanSchedule extends Schedule {
  constructor(scope: Construct, id: string, props: ScanScheduleProps) {
    super(scope, id, {
      description: 'Portwatch: starts a scan',
      schedule: ScheduleExpression.rate(Duration.minutes(props.everyMinutes)),
      target: new ScanTarget(props),
    });
  }
}

/** As LambdaInvoke of the CDK, whose permission covers every version and alias of the function too. */
class ScanTarget extends ScheduleTargetBase implements IScheduleTarget {
  constructor(props: ScanScheduleProps) {
    const base = {
      // A full scan is asked for by an empty event.
      input: ScheduleTargetInput.fromObject({}),
      // A hand-over that is late by a whole interval is given up: the next one is due.
      maxEventAge: Duration.minutes(props.everyMinutes),
      retryAttempts: 5,
      deadLetterQueue: props.deadLetterQueue,
    };
    super(base, props.scan.functionArn);
  }

  protected override addTargetActionToRole(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.targetArn] }));
  }
}
