import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { renameCommand } from '../packaging/name-the-command.ts';

describe('the texts of the command in the package', () => {
  test.each([
    ['  npm run portwatch -- scan   reads only', '  portwatch scan              reads only'],
    ['npm run --silent portwatch -- status --json', 'portwatch status --json'],
    ["'   npm run demo -- --stay   by hand'", "'   portwatch demo --stay    by hand'"],
    ['  npm run demo       a demo', '  portwatch demo     a demo'],
    ['  npm run template       the template', '  portwatch template     the template'],
    ['npm run --silent template -- --bucket b | sh', 'portwatch template --bucket b | sh'],
    ['see npm run portwatch -- status, or npm run portwatch -- history', 'see portwatch status, or portwatch history'],
    ['no command here', 'no command here'],
  ])('%s', (inClone, installed) => {
    expect(renameCommand(inClone)).toBe(installed);
  });
});

describe('the peer dependencies of the package', () => {
  const { requirePeers } = createRequire(import.meta.url)('../packaging/requirements.cjs');
  /** The error sentence if the installed CDK has this version; `null`: the CDK is not installed. */
  const refusalOf = (version: string | null): string | null => {
    try {
      requirePeers((name: string) => {
        if (name === 'constructs/package.json') return { version: '10.5.0' };
        if (version === null) throw Object.assign(new Error('not found'), { code: 'MODULE_NOT_FOUND' });
        return { version };
      });
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each(['2.224.0', '2.224.1', '2.225.0', '2.1000.0', '2.224.0-rc.1'])(
    'are enough with aws-cdk-lib %s',
    (version) => {
      expect(refusalOf(version)).toBeNull();
    },
  );

  test.each(['2.223.9', '2.99.99', '1.999.999', '3.0.0', '3.224.0'])('are refused with aws-cdk-lib %s', (version) => {
    expect(refusalOf(version)).toBe(
      `Portwatch needs aws-cdk-lib >=2.224.0 <3, and found ${version}: run npm install "aws-cdk-lib@>=2.224.0 <3".`,
    );
  });

  test('are refused without the CDK', () => {
    expect(refusalOf(null)).toBe(
      'Portwatch needs aws-cdk-lib >=2.224.0 <3, which is not installed: run npm install "aws-cdk-lib@>=2.224.0 <3".',
    );
  });
});
