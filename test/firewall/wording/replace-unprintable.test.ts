import { expect, test } from '@jest/globals';
import { replaceUnprintable } from '../../../lambda/firewall/wording/replace-unprintable.ts';

test('a text is shown up to its hundredth character', () => {
  expect(replaceUnprintable('x'.repeat(100))).toBe('x'.repeat(100));
  expect(replaceUnprintable('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
});

test('control characters, direction marks, line separators and unpaired surrogates are replaced', () => {
  expect(replaceUnprintable('a\u0000b\u001b[31mc\u202ed\u2028e\ud800f\r\n')).toBe(
    'a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf\ufffd\ufffd',
  );
});
