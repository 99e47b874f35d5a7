import { quoteForShell } from '../../../lambda/alerts/escape.ts';
import { bucketParameter, keyPrefix } from '../../../lib/code-bucket.ts';

interface DeployedStack {
  name: string;
  /** The region of the stack; `null`: the region of the deployment. */
  region: string | null;
  usesBucket: boolean;
  tags: Readonly<Record<string, string>>;
  terminationProtection: boolean;
}

interface DeploymentPlace {
  folder: string;
  /** The name of the S3 bucket for the zip files; `null`: the commands read the name from the variable BUCKET. */
  bucket: string | null;
  /** `null`: the AWS CLI chooses the region. */
  region: string | null;
}

/** Renders a shell script that ends at the first command that fails. A person can also paste the script into a terminal. */
export function renderCommands(stacks: readonly DeployedStack[], { folder, bucket, region }: DeploymentPlace): string {
  const inRegion = (own: string | null) => (own === null ? '' : ` --region ${quoteForShell(own)}`);
  const commands = [
    `cd ${quoteForShell(folder)}`,
    bucket === null
      ? `: "\${BUCKET:?is not set: the name of an S3 bucket in the region of the deployment}"`
      : `BUCKET=${bucket}`,
    `aws s3 cp${inRegion(region)} . "s3://$BUCKET/${keyPrefix}/" --recursive --exclude '*' --include '*.zip'`,
    ...stacks.flatMap((stack) => renderDeployment(stack, inRegion(stack.region ?? region))),
  ];
  return commands.join(' &&\n');
}

/** A template without functions is small, so CloudFormation accepts it without a bucket. The region of its stack then needs no bucket. */
function renderDeployment(stack: DeployedStack, inRegion: string): string[] {
  const name = quoteForShell(stack.name);
  const tags = Object.entries(stack.tags).map(([key, value]) => quoteForShell(`${key}=${value}`));
  const deploy = [
    `aws cloudformation deploy${inRegion} --stack-name ${name} --template-file ${name}.template.json`,
    ...(stack.usesBucket
      ? [`--s3-bucket "$BUCKET" --s3-prefix ${keyPrefix} --parameter-overrides ${bucketParameter}="$BUCKET"`]
      : []),
    '--capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset',
    ...(tags.length > 0 ? [`--tags ${tags.join(' ')}`] : []),
  ];
  const protection = `aws cloudformation update-termination-protection${inRegion} --stack-name ${name} --enable-termination-protection`;
  return [deploy.join(' '), ...(stack.terminationProtection ? [protection] : [])];
}
