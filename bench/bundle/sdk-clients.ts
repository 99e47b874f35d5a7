/** The SDK that the scan function uses, and nothing else: what its bundle is measured against. The list is that of lambda/adapters. */
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
export {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
export {
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';
export { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
