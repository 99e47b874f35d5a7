import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

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
export class ScanSchedule extends Construct {
  constructor(scope: Construct, id: string, props: ScanScheduleProps) {
    super(scope, id);
    const ownAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: ownAccount }),
    });
    new Schedule(this, 'Schedule', {
      description: 'Portwatch: starts a scan',
      schedule: ScheduleExpression.rate(Duration.minutes(props.everyMinutes)),
      target: new LambdaInvoke(props.scan, {
        role,
        // A full scan is asked for by an empty event.
        input: ScheduleTargetInput.fromObject({}),
        // A hand-over that is late by a whole interval is given up: the next one is due.
        maxEventAge: Duration.minutes(props.everyMinutes),
        retryAttempts: 5,
        deadLetterQueue: props.deadLetterQueue,
      }),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5',
      reason: 'The star stands for the versions of the one function that it may start.',
    });
  }
}
