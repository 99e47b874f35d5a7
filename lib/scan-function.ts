import { Duration } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import type { DeploymentSettings, MonitorSettings, WatchedAccounts } from '../lambda/contract/settings-schema.ts';
import { timelineIndex } from '../lambda/contract/timeline-index.ts';
import { grantEnterAccounts, monitorRoles } from './enter-member-accounts.ts';
import { scanMemoryMb } from './function-memory.ts';
import { ReadingFunction, requestedRegion } from './reading-function.ts';

export interface ScanFunctionProps {
  readonly settings: MonitorSettings & Pick<DeploymentSettings, 'monitorRoleName'>;
  readonly deadLetterQueue: IQueue;
}

/** The function of the full scan. With `accounts`, it also runs the passes and the collector. */
export class ScanFunction extends ReadingFunction {
  constructor(scope: Construct, id: string, { settings, deadLetterQueue }: ScanFunctionProps) {
    const { scanEveryMinutes, accounts, regions } = settings;
    const props = {
      handlerFile: 'scan.ts',
      description: 'Portwatch: reads every Lightsail firewall and publishes alerts about changes',
      timeout: scanTimeout(scanEveryMinutes),
      memorySize: accounts === null ? scanMemoryMb.oneAccount : scanMemoryMb.severalAccounts,
      roleName: monitorRoles(settings).scan,
      asynchronous: {
        deadLetterQueue,
        maxEventAge: Duration.minutes(Math.min(scanEveryMinutes, 6 * 60)),
        retryAttempts: scanRetries(scanEveryMinutes),
      },
    };
    super(scope, id, props, settings);
    // Without the setting `regions`, GetRegions lists the regions.
    const further = regions === null ? ['lightsail:GetRegions'] : [];
    const reason =
      'lightsail:Get*, cloudtrail:LookupEvents and organizations:List* support no resource types that could limit them (Service Authorization Reference).';
    this.grantReadLightsail(regions, further, reason);
  }

  /**
   * Allows the function to send one message for each account to `queue`. Delivers the messages to the function in batches of up to ten. The
   * accounts of a batch are scanned at the same time.
   *
   * Up to ten batches run at the same time, because each account has its own request rates, and a new AWS account can run ten functions at
   * once. No batching window is needed, because a pass sends all its messages together.
   */
  scanAccounts(queue: IQueue, accounts: WatchedAccounts, memberRoleName: string): void {
    this.allow(
      ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [queue.queueArn],
    );
    this.lambda.addEnvironment(environmentKeys.accountsQueueUrl, queue.queueUrl);
    new EventSourceMapping(this, 'Accounts', {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxConcurrency: 10,
      reportBatchItemFailures: true,
    });
    grantEnterAccounts(this, accounts, memberRoleName);
    if ('organization' in accounts) this.grantListOrganization(accounts.units !== undefined);
  }

  /** AWS allows ListAccounts on "*" only. The other two actions need "*", because the units below the configured units are not known. */
  private grantListOrganization(ofUnits: boolean): void {
    this.allow(
      ofUnits
        ? ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent']
        : ['organizations:ListAccounts'],
      ['*'],
    );
  }

  /** Allows a query of the index, for the weekly digest. Only the index sorts the changes of all instances by time. */
  grantCountChanges(table: ITableV2): void {
    this.allow(['dynamodb:Query'], [`${table.tableArn}/index/${timelineIndex.name}`]);
  }

  /** The action supports no resource types, so AWS allows it on "*" only. */
  grantLookUpCalls(regions: readonly string[] | null): void {
    this.allow(['cloudtrail:LookupEvents'], ['*'], requestedRegion(regions));
  }
}

/**
 * Returns four fifths of the interval, but at least 1 minute and at most 15 minutes (Lambda's limit). If the interval is two minutes or
 * longer, a scan ends before the next scan starts.
 */
export function scanTimeout(everyMinutes: number): Duration {
  return Duration.seconds(Math.min(900, Math.max(60, Math.floor(everyMinutes * 60 * 0.8))));
}

/**
 * Number of retries. With a short interval, no retry is needed, because the next scan soon replaces a failed scan. Lambda makes the first
 * retry after one minute, and the second after two more minutes.
 */
function scanRetries(everyMinutes: number): number {
  if (everyMinutes < 15) return 0;
  return everyMinutes < 60 ? 1 : 2;
}
