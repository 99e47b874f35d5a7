/** Sessions of the member role: temporary credentials for each account, kept while the function is warm. They are never logged. */
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

/** The SDK asks for new credentials five minutes before they expire; a session that is kept must last longer. */
const renewBeforeMs = 10 * 60_000;

const sessionName = 'portwatch';

interface MemberRole {
  /** The first part of each ARN of the deployment: `aws`, `aws-cn`, `aws-us-gov`. A role of another partition cannot be assumed. */
  partition: string;
  roleName: string;
  externalId: string;
}

export class RoleSessions {
  readonly #client: STSClient;
  readonly #role: MemberRole;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Promise<RoleSession>>();

  /** `config`: has the region of the deployment, so that the STS endpoint of this region is used. */
  constructor(role: MemberRole, config: STSClientConfig, clock: () => number) {
    this.#client = withoutCallLog(new STSClient(config));
    this.#role = role;
    this.#clock = clock;
  }

  /** The session of an account, which lasts for at least ten minutes. Throws ReadError if the role cannot be assumed. */
  async of(account: string): Promise<RoleSession> {
    const known = this.#sessions.get(account);
    if (known !== undefined) {
      const session = await known;
      if (session.expiration.getTime() - this.#clock() > renewBeforeMs) return session;
      // Another caller may have renewed the session meanwhile.
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
