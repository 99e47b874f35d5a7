import { type CredentialProblem, credentialProblemOf, failureReasonOf } from '../../lambda/adapters/aws-errors.ts';
import { quoteForShell } from '../../lambda/alerts/escape.ts';

type IdentityProblem = CredentialProblem | 'unreachable' | 'unexpected';

/**
 * Returns the error message for a failed `GetCallerIdentity`. `profile`: the value of `--profile`. `message`: the message of the SDK, which
 * can contain the command to log in.
 */
export function explainCredentials(error: unknown, profile: string | null, message: string): string {
  const whose = profile === null ? '' : ` of profile ${profile}`;
  switch (problemOf(error)) {
    case 'no-credentials':
      return profile === null
        ? 'Found no AWS credentials; expected those that the AWS CLI would use: run `aws configure` or `aws sso login`, set AWS_PROFILE, or give --profile.'
        : `Found no AWS credentials${whose}; expected the profile in ~/.aws/config or ~/.aws/credentials (\`aws configure list-profiles\` lists the names), with credentials that \`aws sts get-caller-identity --profile ${quoteForShell(profile)}\` accepts.`;
    case 'logged-out': {
      const used = profile ?? process.env['AWS_PROFILE'] ?? null;
      const command = /aws.login/.test(message) ? 'aws login' : 'aws sso login';
      const option = used === null ? '' : ` --profile ${quoteForShell(used)}`;
      return `The AWS login${used === null ? '' : ` of profile ${used}`} has ended; log in again with \`${command}${option}\`, then repeat the command.`;
    }
    case 'expired':
      return `The AWS credentials${whose} have expired; sign in again${profile === null ? '' : ` for ${profile}`} (\`aws sso login\`, or however you got them) and repeat the command.`;
    case 'refused':
      return `AWS does not accept the credentials${whose}; expected a valid access key and secret: check them with \`aws sts get-caller-identity\`.`;
    case 'unreachable':
      return 'AWS could not be reached to find the account of these credentials; check the network, and AWS_ENDPOINT_URL if it is set.';
    case 'unexpected':
      return `AWS did not return the account of the credentials${whose}; check them with \`aws sts get-caller-identity\`.`;
  }
}

function problemOf(error: unknown): IdentityProblem {
  if (!(error instanceof Error)) return 'unexpected';
  const problem = credentialProblemOf(error);
  if (problem !== null) return problem;
  switch (failureReasonOf(error)) {
    case 'network':
    case 'timeout':
      return 'unreachable';
    case 'access-denied':
    // STS is enabled in every region, so `region-not-enabled` in an answer of STS means bad credentials.
    case 'region-not-enabled':
      return 'refused';
    default:
      return 'unexpected';
  }
}
