import type { IdentityError, IdentityProblem } from './caller-identity.ts';

/** What a person can do about credentials that do not work, in one sentence; the SDK's own words come last. */
export function describeIdentityError({ problem, message }: IdentityError, profile: string | null): string {
  const whose = profile === null ? '' : ` of profile ${profile}`;
  return `${sentences[problem](whose, profile)} The AWS SDK says: ${message}`;
}

const sentences: Readonly<Record<IdentityProblem, (whose: string, profile: string | null) => string>> = {
  'no-credentials': (whose, profile) =>
    profile === null
      ? 'Found no AWS credentials; expected those that the AWS CLI would use: run `aws configure` or `aws sso login`, set AWS_PROFILE, or give --profile.'
      : `Found no AWS credentials${whose}; expected the profile in ~/.aws/config or ~/.aws/credentials: run \`aws configure list-profiles\` to see the names there are.`,
  expired: (whose, profile) =>
    `The AWS credentials${whose} have expired; sign in again${profile === null ? '' : ` for ${profile}`} (\`aws sso login\`, or however you got them) and repeat the command.`,
  refused: (whose) =>
    `AWS does not accept the credentials${whose}; expected a valid access key and secret: check them with \`aws sts get-caller-identity\`.`,
  unreachable: () =>
    'AWS could not be reached to ask whose credentials these are; check the network, and AWS_ENDPOINT_URL if it is set.',
  unexpected: (whose) =>
    `AWS could not be asked whose credentials${whose || ' these'} are; check them with \`aws sts get-caller-identity\`.`,
};
