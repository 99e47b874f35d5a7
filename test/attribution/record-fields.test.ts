import { expect, test } from '@jest/globals';
import { readFields, readList, readRecord, readText } from '../../lambda/attribution/record-fields.ts';

test('a field of another type counts as missing', () => {
  for (const value of [undefined, null, 17, true, 'text', ['x']]) {
    expect(readRecord(value)).toBeNull();
    expect(readFields({ a: value }, 'a')).toEqual({});
    expect(readFields({ a: value }, 'a', 'b')).toEqual({});
  }
  for (const value of [undefined, null, 17, true, 'text', {}]) expect(readList(value)).toEqual([]);
  for (const value of [undefined, null, 17, true, {}, ['x'], '', '  ']) expect(readText(value)).toBeNull();
});

test('fields, lists and texts are read as they are, texts without blanks at their ends and cut', () => {
  expect(readFields({ a: { b: { c: 1 } } }, 'a', 'b')).toEqual({ c: 1 });
  expect(readFields({ c: 1 })).toEqual({ c: 1 });
  expect(readList(['x', 1])).toEqual(['x', 1]);
  expect(readText('  a b ')).toBe('a b');
  expect(readText('x'.repeat(301))).toBe('x'.repeat(300));
  expect(readText('abc', 2)).toBe('ab');
  expect(readText('a😀', 2)).toBe('a\ufffd');
});
