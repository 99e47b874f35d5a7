import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { environmentKeys } from '../lambda/contract/names.ts';
import type { MonitorSettings } from '../lambda/contract/settings.ts';
import { tableNames } from '../lambda/contract/table-keys.ts';
import { renderSettings } from './monitor-settings.ts';
import { ProductFunction } from './product-function.ts';

export interface ScanFunctionProps {
  readonly settings: MonitorSettings;
  readonly deadLetterQueue: IQueue;
}

/** The function that scans. It may read Lightsail, and change nothing there. */
export class ScanFunction extends ProductFunction {
  constructor(scope: Construct, id: string, props: ScanFunctionProps) {
    const everyMinutes = props.settings.scanEveryMinutes;
    super(scope, id, {
      handlerFile: 'scan.ts',
      description: 'Portwatch: reads every Lightsail firewall and tells what changed',
      timeout: scanTimeout(everyMinutes),
      // Most of a scan is waiting for Lightsail, which memory does not shorten while it is paid for.
      memorySize: 256,
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

  /** Lets the scan keep what it finds in `table`, and tells it which table that is. */
  grantKeepHistory(table: ITableV2): void {
    this.allow(
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      [table.tableArn],
    );
    this.lambda.addEnvironment(environmentKeys.table, table.tableName);
  }

  /** Lets the weekly digest count what changed: the index alone lists the changes of all instances in the order of time. */
  grantCountChanges(table: ITableV2): void {
    this.allow(['dynamodb:Query'], [`${table.tableArn}/index/${tableNames.timelineIndex}`]);
  }

  /** Lets the scan publish to `topic`, and ask whether anybody listens; and tells it which topic that is. */
  grantAlert(topic: ITopic): void {
    this.allow(['sns:Publish', 'sns:GetTopicAttributes'], [topic.topicArn]);
    this.lambda.addEnvironment(environmentKeys.alertTopicArn, topic.topicArn);
  }

  /** Lets the scan look up who made a change. The action knows no resource types: AWS allows it on "*" only. */
  grantLookUpCalls(regions: readonly string[] | null): void {
    this.allow(['cloudtrail:LookupEvents'], ['*'], requestedRegion(regions));
  }

  /** Without `regions` every region may be read, and GetRegions says which there are. */
  private grantReadLightsail(regions: readonly string[] | null): void {
    const reads = ['lightsail:GetInstances', 'lightsail:GetInstancePortStates'];
    // These actions know neither resource types nor condition keys of Lightsail's own: AWS allows them on "*" only.
    if (regions) this.allow(reads, ['*'], requestedRegion(regions));
    else this.allow(['lightsail:GetRegions', ...reads], ['*']);
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'lightsail:Get* and cloudtrail:LookupEvents know no resource types (Service Authorization Reference): AWS allows them on "*" only.',
    });
  }
}

function requestedRegion(regions: readonly string[] | null) {
  return regions === null ? undefined : { StringEquals: { 'aws:RequestedRegion': [...regions] } };
}

/** Done before the next scan starts, if that leaves it a minute; Lambda allows 15. */
function scanTimeout(everyMinutes: number): Duration {
  return Duration.seconds(Math.min(900, Math.max(60, Math.floor(everyMinutes * 60 * 0.8))));
}

/** A failed scan is made up for by the next one, unless that is far off: Lambda tries again after one minute, then after two. */
function scanRetries(everyMinutes: number): number {
  if (everyMinutes < 15) return 0;
  return everyMinutes < 60 ? 1 : 2;
}
