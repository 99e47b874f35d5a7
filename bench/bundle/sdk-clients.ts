/** The SDK clients of the scan function. The benchmark compares their bundle with the bundle of the function. */
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
