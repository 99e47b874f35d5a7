/** The commands that `portwatch doctor` suggests. */
import { expect, test } from '@jest/globals';
import { portwatchCommand } from '../../../cli/commands/doctor/suggested-commands.ts';
import { place } from './samples.ts';

test('a command on the deployment names the stack and the monitor that are not those of a clone', () => {
  const own = { ...place, stack: 'Own', monitor: 'Web', profile: 'prod' };
  expect(portwatchCommand(own, 'test-alert')).toBe(
    'npm run portwatch -- test-alert --stack-region eu-west-1 --stack Own --monitor Web --profile prod',
  );
  expect(portwatchCommand(place, 'test-alert')).toBe('npm run portwatch -- test-alert --stack-region eu-west-1');
});
