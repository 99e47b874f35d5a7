/**
 * A stand-in for AWS STS on loopback: `GetCallerIdentity` and `AssumeRole`. The key of an assumed role contains the account of the role,
 * and the other stand-ins answer for that account (see `wire/signed-account.ts`).
 */

import type { Exchange } from './wire/loopback-server.ts';
import { describeForm, queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { signedAccount, signedKeyId, temporaryKeyId } from './wire/signed-account.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

interface EmulatedRole {
  account: string;
  roleName: string;
  /** `aws` by default; `aws-cn`, `aws-us-gov`. */
  partition?: string;
  /** `null`: the trust policy has no external id. */
  externalId: string | null;
  /** The ARNs of the roles and users that can assume the role. Default: every caller can assume the role. */
  trusted?: readonly string[];
}

export interface StsEmulator extends StandIn {
  /** Replaces all roles. */
  setRoles(roles: readonly EmulatedRole[]): void;
  /**
   * Sets the caller of each request that is not signed with a key from this stand-in: the ARN of a user, or of a role. At the start, this
   * caller is a user of the home account.
   */
  setCaller(arn: string): void;
  /** The session of a key; `null`: this stand-in did not issue the key. */
  session(accessKeyId: string): EmulatedSession | null;
}

interface EmulatedSession {
  account: string;
  roleArn: string;
  sessionName: string;
  externalId: string | null;
  durationSeconds: number;
}

const dialect = { namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };

export async function startStsEmulator(options: AccountOptions = {}): Promise<StsEmulator> {
  const home = options.account ?? defaultAccount;
  const now = options.now ?? Date.now;
  const sessions = new Map<string, EmulatedSession>();
  let roles: readonly EmulatedRole[] = [];
  let caller = `arn:aws:iam::${home}:user/emulated`;

  const assumeRole = (exchange: Exchange, params: Readonly<Record<string, string>>) => {
    const session = sessions.get(signedKeyId(exchange) ?? '');
    const order = parseOrder(params, session !== undefined || caller.includes(':role/'));
    const principal = session?.roleArn ?? caller;
    const role = roles.find(
      ({ partition = 'aws', account, roleName }) =>
        order.roleArn === `arn:${partition}:iam::${account}:role/${roleName}`,
    );
    const isTrusted = role?.trusted?.includes(principal) ?? role !== undefined;
    const hasExternalId = role !== undefined && (role.externalId === null || role.externalId === order.externalId);
    // A missing role, another external id and a caller that is not trusted have the same answer.
    if (role === undefined || !isTrusted || !hasExternalId) {
      const message = `User: ${sessionArn(principal)} is not authorized to perform: sts:AssumeRole on resource: ${order.roleArn}`;
      throw new Refusal({ name: 'AccessDenied', status: 403, message });
    }
    const expiresAt = now() + order.durationSeconds * 1_000;
    const AccessKeyId = temporaryKeyId(role.account, expiresAt, sessions.size);
    sessions.set(AccessKeyId, { account: role.account, ...order });
    return {
      AssumedRoleUser: {
        AssumedRoleId: `AROAEMULATED:${order.sessionName}`,
        Arn: sessionArn(order.roleArn, order.sessionName),
      },
      Credentials: {
        AccessKeyId,
        SecretAccessKey: 'emulated',
        SessionToken: `token-of-${AccessKeyId}`,
        Expiration: new Date(Math.floor(expiresAt / 1_000) * 1_000).toISOString(),
      },
    };
  };
  const describeCaller = (exchange: Exchange) => {
    const session = sessions.get(signedKeyId(exchange) ?? '');
    const Account = signedAccount(exchange, home);
    if (session === undefined) return { Arn: sessionArn(caller), UserId: 'AIDAEMULATED', Account };
    const { roleArn, sessionName } = session;
    return { Arn: sessionArn(roleArn, sessionName), UserId: `AROAEMULATED:${sessionName}`, Account };
  };
  const standIn = await startStandIn(
    {
      describe: (exchange) => {
        const facts = describeForm(exchange, null);
        const [, account] = roleParts(new URLSearchParams(exchange.body).get('RoleArn') ?? '');
        return { ...facts, account: account ?? signedAccount(exchange, home) };
      },
      perform: (exchange, { operation }) => {
        const params = Object.fromEntries(new URLSearchParams(exchange.body));
        if (operation === 'AssumeRole') return queryReply(dialect, operation, assumeRole(exchange, params));
        if (operation !== 'GetCallerIdentity') throw new Refusal({ name: 'InvalidAction' });
        return queryReply(dialect, operation, describeCaller(exchange));
      },
      renderError: (answer) => queryError(dialect, answer),
    },
    options,
  );
  return {
    ...standIn,
    setRoles: (given) => {
      roles = given;
    },
    setCaller: (arn) => {
      caller = arn;
    },
    session: (accessKeyId) => sessions.get(accessKeyId) ?? null,
  };
}

/** Returns an empty list for a text that is not the ARN of a role. */
function roleParts(arn: string): [whole: string, account: string, name: string] | [] {
  const found = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(.+)$/.exec(arn);
  return found === null ? [] : [found[0], found[1] ?? '', found[2] ?? ''];
}

/**
 * Returns the ARN of a caller as STS shows the caller in answers. For a role, returns the ARN of a session of the role. The ARN of a user
 * stays unchanged.
 */
function sessionArn(arn: string, sessionName = 'emulated'): string {
  const [, account, name] = roleParts(arn);
  if (account === undefined || name === undefined) return arn;
  return `arn:aws:sts::${account}:assumed-role/${name.split('/').at(-1)}/${sessionName}`;
}

/**
 * Checks the parameters of AssumeRole against the limits of the service's model. `isChained`: the caller is a role, so the new session
 * lasts at most one hour.
 */
function parseOrder(params: Readonly<Record<string, string>>, isChained: boolean) {
  const { RoleArn: roleArn = '', RoleSessionName: sessionName = '', ExternalId: externalId = null } = params;
  const durationSeconds = Number(params['DurationSeconds'] ?? 3_600);
  if (roleParts(roleArn).length === 0) throw invalid(`${roleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw invalid(`'${sessionName}' at 'roleSessionName' is invalid`);
  if (externalId !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) throw invalid("'externalId' is invalid");
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw invalid(
      `Value '${durationSeconds}' at 'durationSeconds' failed to satisfy constraint: between 900 and 43200`,
    );
  }
  if (isChained && durationSeconds > 3_600) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  return { roleArn, sessionName, externalId, durationSeconds };
}

const invalid = (message: string) => new Refusal({ name: 'ValidationError', message });
