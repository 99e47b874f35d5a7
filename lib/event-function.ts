import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeploymentSettings, MonitorSettings } from '../lambda/contract/settings-schema.ts';
import { grantEnterAccounts, monitorRoles } from './enter-member-accounts.ts';
import { ReadingFunction } from './reading-function.ts';

/** The function waits for the lease for up to about three quarters of this time. */
export const eventTimeout = Duration.seconds(60);

/**
 * The function of the event scan. Its role cannot query the index of the table, because an event scan publishes no weekly digest. Its role
 * can delete items only with `accounts`, and only from the outbox.
 */
export class EventFunction extends ReadingFunction {
  constructor(scope: Construct, id: string, settings: MonitorSettings & Pick<DeploymentSettings, 'monitorRoleName'>) {
    const { regions, accounts, memberRoleName } = settings;
    const props = {
      handlerFile: 'call-events.ts',
      description: 'Portwatch: reads the instances that an API call may have changed',
      timeout: eventTimeout,
      memorySize: 256,
      roleName: monitorRoles(settings).events,
    };
    super(scope, id, props, settings);
    // Without GetRegions, because each event names its region.
    const reason =
      'lightsail:Get* support no resource types (Service Authorization Reference), so AWS allows them on "*" only.';
    this.grantReadLightsail(regions, [], reason);
    if (accounts !== null) grantEnterAccounts(this, accounts, memberRoleName);
  }

  /**
   * Delivers the messages of `queue` in batches. A batch collects messages for up to ten seconds, so that a burst of events becomes a few
   * batches.
   *
   * The lease of an account allows only one scan at a time, so `maxConcurrency` has Lambda's minimum, two. The CDK's SqsEventSource is not
   * used, because it would grant more actions than needed.
   */
  consume(queue: IQueue): void {
    this.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    new EventSourceMapping(this, 'Source', {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(10),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
  }
}
