import { expect, test } from '@jest/globals';
import { classifyCaller } from '../../lambda/attribution/classify-caller.ts';

test.each([
  ['console', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }],
  ['console', { userAgent: 'AWS Internal', sessionCredentialFromConsole: 'true' }],
  ['console', { userAgent: 'aws-cli/2', sessionCredentialFromConsole: true }],
  ['console', { userAgent: 'console.amazonaws.com' }],
  ['console', { userAgent: 'signin.amazonaws.com' }],
  ['api', { userAgent: 'aws-cli/2.31.0', sourceIPAddress: '198.51.100.7' }],
  ['api', { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9', sessionCredentialFromConsole: 'false' }],
  ['aws-service', { userAgent: 'cloudformation.amazonaws.com', sourceIPAddress: 'cloudformation.amazonaws.com' }],
  ['aws-service', { userAgent: 'x', userIdentity: { invokedBy: 'cloudformation.amazonaws.com' } }],
  ['aws-service', { userAgent: 'x', sourceIPAddress: 'cloudformation.amazonaws.com' }],
  ['aws-service', { userIdentity: { type: 'AWSService' } }],
  [null, { userAgent: 'AWS Internal', sourceIPAddress: 'AWS Internal' }],
  [null, {}],
  [null, { userAgent: 17, sourceIPAddress: [] }],
])('%s: %j', (caller, record) => {
  expect(classifyCaller(record)).toBe(caller);
});
