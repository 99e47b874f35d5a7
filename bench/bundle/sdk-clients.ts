/** The SDK clients that the scan function uses in lambda/adapters, without other code. The bundle of the function is compared with them. */
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
export {
  OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
export {
  GetTopicAttributesCommand,
  PublishCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from '@aws-sdk/client-sns';
export { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
export { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
