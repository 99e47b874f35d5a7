/** Every setting that a security team may require, with all kinds of subscribers. */
export const securedConfiguration = {
  email: 'you@example.com',
  'slack.workspaceId': 'T0123456789',
  'slack.channelId': 'C0123456789',
  slackWebhookParameter: '/portwatch/slack-webhook',
  eventRegions: 'us-east-1',
  logRetentionDays: '365',
  keepLogs: 'true',
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'vpc.subnetIds': 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  'vpc.securityGroupIds': 'sg-0123456789abcdef0',
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/security/boundary',
  namePrefix: 'acme-sec',
  runbookUrl: 'https://git.example.com/portwatch/runbook.md',
  terminationProtection: 'true',
};
