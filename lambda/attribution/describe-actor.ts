/**
 * Describes the actor of a call in words, from the `userIdentity` of a CloudTrail record: "IAM user alice", "role deploy (session
 * ci-42)", "SSO user alice@example.com (AdministratorAccess)". Does not decide if the actor was allowed to make the call.
 */
import { type RecordFields, readFields, readRecord, readText } from './record-fields.ts';

interface Actor {
  /** A phrase without a full stop, at most 300 characters. Text from outside: each channel must escape it. */
  by: string;
  arn: string | null;
}

/** `account`: the watched account. If the actor belongs to another account, the description names that account. Never throws. */
export function describeActor(userIdentity: unknown, account: string): Actor {
  const identity = readRecord(userIdentity);
  if (identity === null) return { by: 'an actor that the record does not name', arn: null };
  const arn = readText(identity['arn'], 600);
  const who = nameActor(identity, arn);
  return { by: `${who}${foreignAccount(identity, arn, account)}${throughService(identity, who)}`.slice(0, 300), arn };
}

function nameActor(identity: RecordFields, arn: string | null): string {
  const type = readText(identity['type'], 60);
  const userName = readText(identity['userName'], 120);
  switch (type) {
    case 'Root':
      return 'the root user';
    case 'IAMUser':
      return `IAM user ${userName ?? lastOf(arn) ?? idOf(identity)}`;
    case 'AssumedRole':
      return nameSession(identity, arn);
    case 'Role':
      return `role ${userName ?? lastOf(arn) ?? idOf(identity)}`;
    case 'FederatedUser':
      return `federated user ${userName ?? lastOf(arn) ?? idOf(identity)}${federatedBy(identity)}`;
    case 'SAMLUser':
      return `SAML user ${userName ?? idOf(identity)}${fromProvider(identity)}`;
    case 'WebIdentityUser':
      return `web identity user ${userName ?? idOf(identity)}${fromProvider(identity)}`;
    case 'IdentityCenterUser':
      return `IAM Identity Center user ${userName ?? readText(readFields(identity, 'onBehalfOf')['userId'], 120) ?? idOf(identity)}`;
    case 'Directory':
      return `directory user ${userName ?? idOf(identity)}`;
    case 'AWSAccount':
      return 'an identity';
    case 'AWSService':
      return `AWS service ${readText(identity['invokedBy'], 120) ?? idOf(identity)}`;
    default:
      return nameUnknown(type, identity, arn, userName);
  }
}

function nameUnknown(type: string | null, identity: RecordFields, arn: string | null, userName: string | null): string {
  const invokedBy = readText(identity['invokedBy'], 120);
  if (type === null && userName === null && arn === null && invokedBy !== null) return `AWS service ${invokedBy}`;
  const name = userName ?? arn ?? readText(identity['principalId'], 120) ?? 'somebody of unknown name';
  return type === null ? name : `${name} (${type})`;
}

const ssoRole = /^AWSReservedSSO_(.+?)(?:_[0-9a-f]{6,})?$/;

/**
 * Describes temporary credentials of a role. Only the name of the session, and in some records a source identity, shows which person or
 * program used the credentials.
 */
function nameSession(identity: RecordFields, arn: string | null): string {
  const context = readFields(identity, 'sessionContext');
  const fromArn = arn === null ? null : /:assumed-role\/(?:.*\/)?([^/]+)\/([^/]*)$/.exec(arn);
  const role = readText(readFields(context, 'sessionIssuer')['userName'], 120) ?? fromArn?.[1] ?? null;
  const session = readText(fromArn?.[2], 120) ?? afterColon(readText(identity['principalId'], 200));
  const permissionSet = role === null ? null : (ssoRole.exec(role)?.[1] ?? null);
  if (permissionSet !== null) return `SSO user ${session ?? 'of unknown name'} (${permissionSet})`;
  const details = [
    ...(session === null ? [] : [`session ${session}`]),
    ...labelled('identity', readText(context['sourceIdentity'], 120)),
    ...labelled('from', readText(readFields(context, 'webIdFederationData')['federatedProvider'], 200)),
  ];
  return `role ${role ?? idOf(identity)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function labelled(word: string, text: string | null): string[] {
  return text === null ? [] : [`${word} ${text}`];
}

function federatedBy(identity: RecordFields): string {
  const issuer = readFields(identity, 'sessionContext', 'sessionIssuer');
  const name = readText(issuer['userName'], 120);
  if (name === null) return '';
  return readText(issuer['type'], 60) === 'IAMUser' ? ` (by IAM user ${name})` : ` (by ${name})`;
}

function fromProvider(identity: RecordFields): string {
  const provider = readText(identity['identityProvider'], 200);
  return provider === null ? '' : ` (from ${provider})`;
}

function foreignAccount(identity: RecordFields, arn: string | null, account: string): string {
  const theirs = readText(identity['accountId'], 40) ?? readText(arn?.split(':')[4], 40);
  return theirs === null || theirs === account ? '' : ` of account ${theirs}`;
}

/** CloudFormation and similar services call with the identity of their caller, and name themselves in `invokedBy`. */
function throughService(identity: RecordFields, who: string): string {
  const service = readText(identity['invokedBy'], 120);
  return service === null || who.includes(service) ? '' : `, through ${service}`;
}

function idOf(identity: RecordFields): string {
  return readText(identity['principalId'], 120) ?? 'of unknown name';
}

function lastOf(arn: string | null): string | null {
  return readText(arn?.split(/[:/]/).at(-1), 120);
}

function afterColon(principalId: string | null): string | null {
  const colon = principalId?.indexOf(':') ?? -1;
  return principalId === null || colon === -1 ? null : readText(principalId.slice(colon + 1), 120);
}
