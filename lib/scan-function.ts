import { Duration, Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/deployed-names.ts';
import type { DeploymentSettings, MonitorSettings, WatchedAccounts } from '../lambda/contract/settings-schema.ts';
import { timelineIndex } from '../lambda/contract/timeline-index.ts';
import { grantEnterAccounts, monitorRoles } from './enter-member-accounts.ts';
import { scanMemoryMb } from './function-memory.ts';
import { acknowledge } from './nag-exceptions.ts';
import { ProductFunction } from './product-function.ts';
import { renderSettings } from './render-settings.ts';

export interface ScanFunctionProps {
  readonly settings: MonitorSettings & Pick<DeploymentSettings, 'monitorRoleName'>;
  readonly deadLetterQueue: IQueue;
}

/** The function of the full scan. Its role can read Lightsail, but not change it. */
export class ScanFunction extends ProductFunction {
  constructor(scope: Construct, id: string, props: ScanFunctionProps) {
    const everyMinutes = props.settings.scanEveryMinutes;
    super(scope, id, {
      handlerFile: 'scan.ts',
      description: 'Portwatch: reads every Lightsail firewall and publishes alerts about changes',
      timeout: scanTimeout(everyMinutes),
      memorySize: props.settings.accounts === null ? scanMemoryMb.oneAccount : scanMemoryMb.severalAccounts,
      roleName: monitorRoles(props.settings).scan,
      asynchronous: {
        deadLetterQueue: props.deadLetterQueue,
        maxEventAge: Duration.minutes(Math.min(everyMinutes, 6 * 60)),
        retryAttempts: scanRetries(everyMinutes),
      },
    });
    this.lambda.addEnvironment(environmentKeys.account, Stack.of(this).account);
    this.lambda.addEnvironment(environmentKeys.settings, renderSettings(props.settings));
    this.grantReadLightsail(props.settings.regions);
  }

  /** Allows the scan to write latest states, history and settings to `table`, and sets the table's name in its environment. */
  grantKeepHistory(table: ITableV2): void {
    this.allow(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [table.tableArn],
    );
    this.denyWritingApprovals(table);
    if (table.encryptionKey) this.grantUseKey(table.encryptionKey);
    this.lambda.addEnvironment(environmentKeys.table, table.tableName);
  }

  /**
   * Allows the scan to send a message for each account to `queue`, and delivers these messages in batches of ten, which are scanned at the
   * same time. Ten batches at a time are a hundred accounts: each account has its own request rates, and a new AWS account can run ten
   * functions at a time. No batching window is needed, because a pass sends its messages together.
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

  /**
   * AWS allows `organizations:ListAccounts` on "*" only. The other two actions also need "*": the ids of the units below the configured
   * units are not known.
   */
  private grantListOrganization(ofUnits: boolean): void {
    this.allow(
      ofUnits
        ? ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent']
        : ['organizations:ListAccounts'],
      ['*'],
    );
  }

  /** Allows the weekly digest to count changes: only the index sorts the changes of all instances by time. */
  grantCountChanges(table: ITableV2): void {
    this.allow(['dynamodb:Query'], [`${table.tableArn}/index/${timelineIndex.name}`]);
  }

  /** Allows the scan to publish to `topic` and to list its subscribers, and sets the topic's ARN in its environment. */
  grantAlert(topic: ITopic): void {
    this.grantPublish(topic, countListeners);
    this.lambda.addEnvironment(environmentKeys.alertTopicArn, topic.topicArn);
  }

  /** Allows the scan to list the subscribers of a channel's topic. */
  grantCountListeners(topic: ITopic): void {
    this.allow([...countListeners], [topic.topicArn]);
  }

  /** Allows the scan to search CloudTrail. The action supports no resource types, so AWS allows it on "*" only. */
  grantLookUpCalls(regions: readonly string[] | null): void {
    this.allow(['cloudtrail:LookupEvents'], ['*'], requestedRegion(regions));
  }

  /** Without `regions`, every region can be read, and GetRegions lists them. */
  private grantReadLightsail(regions: readonly string[] | null): void {
    const reads = ['lightsail:GetInstances', 'lightsail:GetInstancePortStates'];
    // These actions support neither resource types nor condition keys of Lightsail, so AWS allows them on "*" only.
    if (regions) this.allow(reads, ['*'], requestedRegion(regions));
    else this.allow(['lightsail:GetRegions', ...reads], ['*']);
    acknowledge(this.role, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'lightsail:Get*, cloudtrail:LookupEvents and organizations:List* support no resource types that could limit them (Service Authorization Reference).',
    });
  }
}

/** Only the attributes of a topic have the number of subscriptions that were removed. */
export const countListeners = ['sns:ListSubscriptionsByTopic', 'sns:GetTopicAttributes'] as const;

function requestedRegion(regions: readonly string[] | null) {
  return regions === null ? undefined : { StringEquals: { 'aws:RequestedRegion': [...regions] } };
}

/** Four fifths of the interval, so that a scan ends before the next one starts; at least 1 minute, at most 15 minutes (Lambda's limit). */
export function scanTimeout(everyMinutes: number): Duration {
  return Duration.seconds(Math.min(900, Math.max(60, Math.floor(everyMinutes * 60 * 0.8))));
}

/**
 * A failed scan is usually not retried, because the next scan replaces it. With long intervals Lambda retries, after one minute and then
 * after two.
 */
function scanRetries(everyMinutes: number): number {
  if (everyMinutes < 15) return 0;
  return everyMinutes < 60 ? 1 : 2;
}
