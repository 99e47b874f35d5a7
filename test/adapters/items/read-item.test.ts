import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { readItem, readOrNull } from '../../../lambda/adapters/items/read-item.ts';
import { ItemError } from '../../../lambda/history/read-errors.ts';

const schema = z.object({ version: z.int(), parts: z.array(z.object({ name: z.string() })) });
const read = (item: Record<string, unknown>) => readItem({ pk: 'FLEET#1', sk: 'a', ...item }, schema);

test('an item of schema 1 is parsed', () => {
  expect(read({ schema: 1, version: 3, parts: [{ name: 'x' }], more: true })).toEqual({
    version: 3,
    parts: [{ name: 'x' }],
  });
});

test.each([
  [2, 'has schema 2, this version of Portwatch reads 1 to 1'],
  [0, 'has schema 0'],
  ['1', 'has schema 1,'],
  [undefined, 'has schema undefined'],
])('P6: an item of schema %p is refused, whatever it holds', (schemaOfItem, words) => {
  expect(() => read({ schema: schemaOfItem, version: 3, parts: [] })).toThrow(ItemError);
  expect(() => read({ schema: schemaOfItem, version: 3, parts: [] })).toThrow(`item FLEET#1 / a ${words}`);
});

test('a damaged item is refused with every problem and its place', () => {
  expect(() => read({ schema: 1, version: 'three', parts: [{ name: 1 }] })).toThrow(
    /^item FLEET#1 \/ a can not be read: version: .*; parts\.0\.name: /,
  );
  expect(() => read({ schema: 1, packed: new Uint8Array([1]) })).toThrow(/^item FLEET#1 \/ a can not be unpacked: /);
});

test('where an item may be missing, a refused one counts as missing; other errors are thrown', () => {
  expect(readOrNull(() => read({ schema: 2 }))).toBeNull();
  expect(() =>
    readOrNull(() => {
      throw new TypeError('a bug');
    }),
  ).toThrow('a bug');
});
