import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeActor } from '../../lambda/attribution/describe-actor.ts';
import { account, alice } from './records.ts';

const role = (name: string, session: string, more = {}) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  sessionContext: { sessionIssuer: { type: 'Role', userName: name }, attributes: {}, ...more },
});
const github = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';

describe('the actor of a call', () => {
  test.each([
    ['the root user', { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account }],
    ['IAM user alice', alice],
    ['IAM user alice', { ...alice, userName: undefined }],
    ['IAM user AIDAEXAMPLE', { ...alice, userName: undefined, arn: undefined }],
    ['IAM user of unknown name', { type: 'IAMUser' }],
    ['role deploy (session ci-42)', role('deploy', 'ci-42')],
    ['role deploy (session ci-42)', { ...role('deploy', 'ci-42'), sessionContext: undefined }],
    ['role deploy (session ci-42)', { ...role('deploy', 'ci-42'), arn: undefined }],
    ['role of unknown name', { type: 'AssumedRole' }],
    ['role deploy (session ci-42, identity bob)', role('deploy', 'ci-42', { sourceIdentity: 'bob' })],
    [
      `role deploy (session ci-42, from ${github})`,
      role('deploy', 'ci-42', { webIdFederationData: { federatedProvider: github } }),
    ],
    [
      'SSO user alice@example.com (AdministratorAccess)',
      role('AWSReservedSSO_AdministratorAccess_0123456789abcdef', 'alice@example.com'),
    ],
    [
      'SSO user alice@example.com (Power_User)',
      role('AWSReservedSSO_Power_User_0123456789abcdef', 'alice@example.com'),
    ],
    ['role deployer', { type: 'Role', arn: `arn:aws:iam::${account}:role/deployer`, accountId: account }],
    [
      'federated user bob (by IAM user alice)',
      {
        type: 'FederatedUser',
        arn: `arn:aws:sts::${account}:federated-user/bob`,
        accountId: account,
        sessionContext: { sessionIssuer: { type: 'IAMUser', userName: 'alice' } },
      },
    ],
    [
      'SAML user bob (from idp.example.com)',
      { type: 'SAMLUser', userName: 'bob', identityProvider: 'idp.example.com' },
    ],
    [
      'web identity user bob (from accounts.google.com)',
      { type: 'WebIdentityUser', userName: 'bob', identityProvider: 'accounts.google.com' },
    ],
    [
      'IAM Identity Center user 1234-5678',
      { type: 'IdentityCenterUser', accountId: account, onBehalfOf: { userId: '1234-5678', identityStoreArn: 'arn' } },
    ],
    ['directory user bob', { type: 'Directory', userName: 'bob' }],
    ['AWS service lightsail.amazonaws.com', { type: 'AWSService', invokedBy: 'lightsail.amazonaws.com' }],
    ['AWS service lightsail.amazonaws.com', { invokedBy: 'lightsail.amazonaws.com' }],
    ['an identity of account 999999999999', { type: 'AWSAccount', accountId: '999999999999', principalId: 'AIDAX' }],
    ['IAM user alice of account 999999999999', { ...alice, accountId: '999999999999' }],
    [
      'role deploy (session ci-42) of account 999999999999',
      {
        ...role('deploy', 'ci-42'),
        accountId: undefined,
        arn: 'arn:aws:sts::999999999999:assumed-role/deploy/ci-42',
      },
    ],
    [
      'role deploy (session ci-42), through cloudformation.amazonaws.com',
      { ...role('deploy', 'ci-42'), invokedBy: 'cloudformation.amazonaws.com' },
    ],
    [
      'role deploy',
      { type: 'AssumedRole', principalId: 'AROAX', sessionContext: { sessionIssuer: { userName: 'deploy' } } },
    ],
    ['role AROAX', { type: 'AssumedRole', principalId: 'AROAX' }],
    ['federated user bob', { type: 'FederatedUser', userName: 'bob' }],
    [
      'federated user bob (by deploy)',
      {
        type: 'FederatedUser',
        userName: 'bob',
        sessionContext: { sessionIssuer: { type: 'Role', userName: 'deploy' } },
      },
    ],
    ['SAML user bob', { type: 'SAMLUser', userName: 'bob' }],
    ['bob, through x.amazonaws.com', { userName: 'bob', invokedBy: 'x.amazonaws.com' }],
    [`${alice.arn}, through x.amazonaws.com`, { arn: alice.arn, invokedBy: 'x.amazonaws.com' }],
    ['somebody of unknown name (Martian), through x.amazonaws.com', { type: 'Martian', invokedBy: 'x.amazonaws.com' }],
    ['bob (Martian)', { type: 'Martian', userName: 'bob' }],
    ['AIDAX', { principalId: 'AIDAX' }],
    ['somebody of unknown name', {}],
    ['an actor that the record does not name', undefined],
    ['an actor that the record does not name', 'alice'],
  ])('%s', (by, identity) => {
    expect(describeActor(identity, account).by).toBe(by);
  });

  test('a very long name is cut to 300 characters', () => {
    const identity = { type: 'SAMLUser', userName: 'b'.repeat(120), identityProvider: 'p'.repeat(200) };
    const whole = `SAML user ${'b'.repeat(120)} (from ${'p'.repeat(200)})`;
    expect(describeActor(identity, account).by).toBe(whole.slice(0, 300));
  });

  test('the ARN is kept unchanged', () => {
    expect(describeActor(alice, account)).toEqual({ by: 'IAM user alice', arn: alice.arn });
    expect(describeActor({ type: 'IAMUser', userName: 'alice' }, account).arn).toBeNull();
  });

  test('any userIdentity becomes a short text', () => {
    const types = ['Root', 'IAMUser', 'AssumedRole', 'FederatedUser', 'SAMLUser', 'AWSService', 'IdentityCenterUser'];
    const identity = fc.dictionary(
      fc.constantFrom('type', 'arn', 'accountId', 'userName', 'principalId', 'sessionContext', 'invokedBy'),
      fc.oneof(fc.constantFrom(...types), fc.anything(), fc.string({ maxLength: 900 })),
    );
    fc.assert(
      fc.property(identity, (fields) => {
        const { by } = describeActor(fields, account);
        expect(by.length).toBeGreaterThan(0);
        expect(by.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});
