/**
 * The actions of a person in an AWS account, for the demo and the tests: create the table and the topic, subscribe, change a firewall, read
 * the history. The deployed functions do not import this file: the monitor changes no firewall.
 */
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  CloseInstancePublicPortsCommand,
  LightsailClient,
  OpenInstancePublicPortsCommand,
  type PortInfo,
  PutInstancePublicPortsCommand,
} from '@aws-sdk/client-lightsail';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientSettings } from '../../lambda/adapters/client-settings.ts';
import { RegionalClients } from '../../lambda/adapters/regional-clients.ts';
import { createSnapshotTable } from './create-snapshot-table.ts';

interface DemoPlace {
  region: string;
  instanceName: string;
}

export class DemoAccount {
  readonly #dynamodb: DynamoDBClient;
  readonly #sns: SNSClient;
  readonly #lightsail = new RegionalClients((region) => new LightsailClient({ ...clientSettings(), region }));

  /** `homeRegion`: the region of the table and the topic. The SDK's environment variables give endpoints and credentials. */
  constructor(homeRegion: string) {
    this.#dynamodb = new DynamoDBClient({ ...clientSettings(), region: homeRegion });
    this.#sns = new SNSClient({ ...clientSettings(), region: homeRegion });
  }

  createTable(tableName: string): Promise<void> {
    return createSnapshotTable(this.#dynamodb, tableName);
  }

  /** Returns the ARN of the topic. Its subscriptions are not confirmed yet. */
  async createTopic(name: string, subscribers: readonly { protocol: string; endpoint: string }[]): Promise<string> {
    const { TopicArn } = await this.#sns.send(new CreateTopicCommand({ Name: name }));
    if (!TopicArn) throw new Error('CreateTopic answered without an ARN');
    for (const { protocol: Protocol, endpoint: Endpoint } of subscribers) {
      await this.#sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
    }
    return TopicArn;
  }

  /** Adds a rule. */
  async openPorts({ region, instanceName }: DemoPlace, portInfo: PortInfo): Promise<void> {
    await this.#lightsail.of(region).send(new OpenInstancePublicPortsCommand({ instanceName, portInfo }));
  }

  /** Closes the ports for the sources in `portInfo`. */
  async closePorts({ region, instanceName }: DemoPlace, portInfo: PortInfo): Promise<void> {
    await this.#lightsail.of(region).send(new CloseInstancePublicPortsCommand({ instanceName, portInfo }));
  }

  /** Replaces all rules. */
  async putPorts({ region, instanceName }: DemoPlace, portInfos: PortInfo[]): Promise<void> {
    await this.#lightsail.of(region).send(new PutInstancePublicPortsCommand({ instanceName, portInfos }));
  }

  /** Returns the items of a partition, newest first. */
  async loadItems(tableName: string, pk: string): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await this.#dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ScanIndexForward: false,
      }),
    );
    return Items.map((item) => unmarshall(item));
  }

  destroy(): void {
    for (const client of [this.#dynamodb, this.#sns, this.#lightsail]) client.destroy();
  }
}
