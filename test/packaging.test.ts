import { describe, expect, test } from '@jest/globals';
import { renameCommand } from '../packaging/name-the-command.ts';

describe('the texts of the command in the package', () => {
  test.each([
    ['  npm run portwatch -- scan   reads only', '  portwatch scan              reads only'],
    ['npm run --silent portwatch -- status --json', 'portwatch status --json'],
    ["'   npm run demo -- --stay   by hand'", "'   portwatch demo --stay    by hand'"],
    ['npm run --silent template -- --bucket b | sh', 'portwatch template --bucket b | sh'],
    ['see npm run portwatch -- status, or npm run portwatch -- history', 'see portwatch status, or portwatch history'],
    ['no command here', 'no command here'],
  ])('%s', (inClone, installed) => {
    expect(renameCommand(inClone)).toBe(installed);
  });
});
