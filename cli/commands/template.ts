import { type Command, InvalidArgumentError, Option } from 'commander';
import { bucketNamePattern } from '../../lib/code-bucket.ts';
import type { CommandContext } from '../command-context.ts';
import { addContextOption } from '../options/context-option.ts';
import { regionOption } from '../options/deployment-options.ts';

const help = `
Writes a CloudFormation template and the zip files of its functions into a folder, and prints the commands of the AWS CLI that upload
and deploy them. The place where these commands run needs the folder, the AWS CLI and an S3 bucket in the region of the deployment:
no CDK, no bootstrap, no Node. The stack is the one that cdk deploy makes from the same configuration: the settings are those of
portwatch.json in this folder, and of -c key=value.

To upgrade, write the folder again, and run the commands again. Keep the files in the bucket: CloudFormation needs these files, also to go
back to an earlier version.

Writing needs no credentials and no network. The commands need what cdk deploy needs
(docs/permissions.md#deploying), and s3:PutObject and s3:GetObject on the bucket.

Examples:
  npm run template
  npm run template -- --bucket my-bucket --region eu-west-1
  npm run template -- --bucket my-bucket -c email=you@example.com --out /tmp/portwatch
  npm run --silent template -- --bucket my-bucket | sh

Exit codes:
  0  the folder was written; stdout has the commands
  2  an error: nothing was written, and an earlier folder is unchanged`;

export function addTemplateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('template')
    .description('the deployment as a CloudFormation template and zip files, for a place without the CDK')
    .option(
      '--out <folder>',
      'path of the folder, relative to yours; a folder of an earlier run is replaced',
      'portwatch-template',
    )
    .addOption(
      new Option(
        '--bucket <name>',
        'the S3 bucket that gets the files; without it, the commands read BUCKET',
      ).argParser(parseBucket),
    )
    .addOption(regionOption('region of the deployment (default: that of AWS_REGION; without it, the AWS CLI chooses)'));
  addContextOption(command)
    .addHelpText('after', help)
    .action(async (options) => {
      const { runTemplate } = await import('./template/run-template.ts');
      await runTemplate(options, context);
    });
}

function parseBucket(value: string): string {
  if (!bucketNamePattern.test(value))
    throw new InvalidArgumentError('Expected the name of a bucket alone, such as my-bucket: neither a URL nor an ARN.');
  return value;
}
