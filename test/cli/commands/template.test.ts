/** `portwatch template` without the synthesis, which `test/lib/bundle.test.ts` tests. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { renderCommands } from '../../../cli/commands/template/render-commands.ts';
import { renderZip } from '../../../cli/commands/template/render-zip.ts';
import { isOfEarlierRun, writeFolder } from '../../../cli/commands/template/write-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { unzip } from '../../support/unzip.ts';
import { runCli } from '../run-cli.ts';

describe('the commands of the AWS CLI', () => {
  const monitor = { name: 'Portwatch', region: null, usesBucket: true, tags: {}, terminationProtection: false };

  test('upload the functions and deploy the template, in the region that the AWS CLI chooses', () => {
    expect(renderCommands([monitor], { folder: '/tmp/made', bucket: 'my-bucket', region: null })).toBe(
      [
        "cd '/tmp/made' &&",
        'BUCKET=my-bucket &&',
        "aws s3 cp . \"s3://$BUCKET/portwatch/\" --recursive --exclude '*' --include '*.zip' &&",
        'aws cloudformation deploy --stack-name Portwatch --template-file Portwatch.template.json --s3-bucket "$BUCKET" ' +
          '--s3-prefix portwatch --parameter-overrides CodeBucket="$BUCKET" --capabilities CAPABILITY_NAMED_IAM ' +
          '--no-fail-on-empty-changeset',
      ].join('\n'),
    );
  });

  test('without a bucket, they stop at once unless the variable BUCKET names one', () => {
    expect(renderCommands([monitor], { folder: '/tmp/made', bucket: null, region: null })).toContain(
      `cd '/tmp/made' &&\n: "\${BUCKET:?is not set: the name of an S3 bucket in the region of the deployment}" &&\naws`,
    );
  });

  test('name the region of each stack, its tags as the shell needs them, and its protection', () => {
    const protectedStack = { ...monitor, tags: { team: "web & o'ps", env: 'prod' }, terminationProtection: true };
    const events = { ...monitor, name: 'PortwatchEvents-us-east-1', region: 'us-east-1', usesBucket: false };
    const place = { folder: "/tmp/it's", bucket: 'my-bucket', region: 'eu-west-1' };
    expect(renderCommands([protectedStack, events], place).split('\n')).toEqual([
      "cd '/tmp/it'\\''s' &&",
      'BUCKET=my-bucket &&',
      "aws s3 cp --region eu-west-1 . \"s3://$BUCKET/portwatch/\" --recursive --exclude '*' --include '*.zip' &&",
      expect.stringMatching(
        /^aws cloudformation deploy --region eu-west-1 --stack-name Portwatch .* --tags 'team=web & o'\\''ps' 'env=prod' &&$/,
      ),
      'aws cloudformation update-termination-protection --region eu-west-1 --stack-name Portwatch --enable-termination-protection &&',
      'aws cloudformation deploy --region us-east-1 --stack-name PortwatchEvents-us-east-1 ' +
        '--template-file PortwatchEvents-us-east-1.template.json --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset',
    ]);
  });

  test.each(['s3://my-bucket', 'arn:aws:s3:::my-bucket', 'My_Bucket', '$(id)', 'ab'])(
    'a bucket that is no name of one is refused: %s',
    async (bucket) => {
      const { code, stdout, stderr } = await runCli(['template', '--bucket', bucket]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        /^portwatch: option '--bucket <name>' argument .* Expected the name of a bucket alone, .*\n$/,
      );
    },
  );
});

describe('the zip file', () => {
  const files = [
    { name: 'index.mjs', content: Buffer.from('export const handler = 1;'.repeat(100)) },
    { name: 'empty', content: Buffer.alloc(0) },
  ];

  test('gives back each file, and compresses', () => {
    const zip = renderZip(files);
    expect([...unzip(zip)]).toEqual(files.map(({ name, content }) => [name, content.toString()]));
    expect(zip.length).toBeLessThan(400);
  });

  test('is the same for the same files, so that an upgrade without changes deploys nothing', () => {
    expect(renderZip(files).equals(renderZip(files))).toBe(true);
  });

  test('has files that everybody may read, since Lambda runs the function as another user', () => {
    const zip = renderZip(files);
    const entry = zip.indexOf('PK\u0001\u0002');
    expect({ system: zip[entry + 5], mode: zip.readUInt16LE(entry + 40).toString(8) }).toEqual({
      system: 3,
      mode: '100644',
    });
  });
});

describe('the folder', () => {
  const place = temporaryFolder();
  let home: string;
  let folder: string;
  const never = new AbortController().signal;
  const files = [{ name: 'Portwatch.template.json', content: '{}' }];
  beforeEach(() => {
    home = mkdtempSync(join(place, 'home-'));
    folder = join(home, 'made');
  });

  const write = (signal = never) => writeFolder(folder, files, signal);

  test('is created, and replaces the folder of an earlier run completely', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'Monitor-Scan-0123456789abcdef.zip'), 'old');
    writeFileSync(join(folder, 'Portwatch.template.json'), 'old');
    await write();
    expect(readdirSync(home)).toEqual(['made']);
    expect(readdirSync(folder)).toEqual(['Portwatch.template.json']);
    expect(readFileSync(join(folder, 'Portwatch.template.json'), 'utf8')).toBe('{}');
  });

  test('may exist, if it is empty', async () => {
    mkdirSync(folder);
    await write();
    expect(readdirSync(folder)).toEqual(['Portwatch.template.json']);
  });

  test('is refused, and stays, if it has files of somebody else, or is a file', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'Portwatch.template.json'), 'old');
    writeFileSync(join(folder, 'letter.txt'), 'mine');
    await expect(write()).rejects.toThrow(
      `The folder ${folder} has files that this command did not write; choose a new folder with --out.`,
    );
    expect(readdirSync(folder).sort()).toEqual(['Portwatch.template.json', 'letter.txt']);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'mine');
    await expect(write()).rejects.toThrow(`${folder} is a file; choose a folder with --out.`);
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });

  test.each([
    [['Portwatch.template.json', 'PortwatchEvents-us-east-1.template.json', 'a-0123456789abcdef.zip'], true],
    [['a-0123456789abcdef.zip'], false],
    [['Portwatch.template.json', 'photos.zip'], false],
    [['Portwatch.template.json', 'Other.template.json'], false],
  ])('of an earlier run has a template, and only names that the command gives: %j', (names, expected) => {
    expect(isOfEarlierRun(names)).toBe(expected);
  });

  test('is not begun if its own folder does not exist, and nothing is left of it after Ctrl-C', async () => {
    await expect(writeFolder(join(home, 'none/made'), files, never)).rejects.toThrow(
      `The folder ${home}/none/made could not be written: its folder does not exist; choose another path with --out.`,
    );
    await expect(write(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(readdirSync(home)).toEqual([]);
  });
});
