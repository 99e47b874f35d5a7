/**
 * Gets temporary credentials of the member role in each account. The credentials stay in memory while the Lambda function is warm, and are
 * never logged.
 */
import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { ReadError } from '../history/read-errors.ts';
import { toAwsReadError } from './aws-errors.ts';
import { withoutCallLog } from './client-settings.ts';

interface RoleSession {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Must be longer than five minutes: the SDK requests new credentials five minutes before the old credentials expire. */
const renewBeforeMs = 10 * 60_000;

const sessionName = 'portwatch';

interface MemberRole {
  /** The partition in the deployment's ARNs: `aws`, `aws-cn`, `aws-us-gov`. A role of another partition cannot be assumed. */
  partition: string;
  roleName: string;
  externalId: string;
}

export class RoleSessions {
  readonly #client: STSClient;
  readonly #role: MemberRole;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Promise<RoleSession>>();

  /** `config` must contain the region of the deployment, so that the STS endpoint of this region is called. */
  constructor(role: MemberRole, config: STSClientConfig, clock: () => number) {
    this.#client = withoutCallLog(new STSClient(config));
    this.#role = role;
    this.#clock = clock;
  }

  /** Returns a session that is valid for at least ten more minutes. Throws ReadError if the role cannot be assumed. */
  async of(account: string): Promise<RoleSession> {
    const known = this.#sessions.get(account);
    if (known !== undefined) {
      const session = await known;
      if (session.expiration.getTime() - this.#clock() > renewBeforeMs) return session;
      // Another caller can have renewed the session meanwhile.
      if (this.#sessions.get(account) === known) this.#sessions.delete(account);
      return this.of(account);
    }
    const session = this.#assume(account);
    this.#sessions.set(account, session);
    session.catch(() => this.#sessions.delete(account));
    return session;
  }

  destroy(): void {
    this.#client.destroy();
  }

  async #assume(account: string): Promise<RoleSession> {
    const { partition, roleName, externalId } = this.#role;
    const command = new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
      RoleSessionName: sessionName,
      ExternalId: externalId,
    });
    const { Credentials } = await this.#client.send(command).catch((error: unknown) => {
      throw toAwsReadError(error);
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
      throw new ReadError('invalid-answer', 'AssumeRole answered without credentials');
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  }
}
