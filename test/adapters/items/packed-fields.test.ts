import { describe, expect, test } from '@jest/globals';
import { packFields, packFirstThatFits, unpackFields } from '../../../lambda/adapters/items/packed-fields.ts';

describe('the large fields of an item', () => {
  test('are ordinary attributes while they are small', () => {
    const fields = { rules: [{ protocol: 'tcp', fromPort: 22, cidrs: ['0.0.0.0/0'] }], opened: [], notes: null };
    expect(packFields(fields)).toBe(fields);
    expect(unpackFields({ pk: 'a', ...fields })).toEqual({ pk: 'a', ...fields });
  });

  test.each([
    ['an unsafe integer', { port: 2 ** 60 }],
    ['a fraction', { port: 0.1 }],
    ['minus zero', { port: -0 }],
    ['text that is not well formed', { name: 'a\ud800' }],
    ['a name that is empty', { rule: { '': 1 } }],
    ['a name that is not well formed', { rule: { 'a\ud800': 1 } }],
    ['deep nesting', { rule: Array.from({ length: 25 }).reduce<unknown>((inner) => [inner], 'core') }],
    ['more than 100,000 characters', { text: 'x'.repeat(100_000) }],
  ])('are packed if DynamoDB would not return them exactly: %s', (_, fields) => {
    const packed = packFields(fields);
    expect(Object.keys(packed)).toEqual(['packed']);
    const read = unpackFields({ pk: 'a', ...packed });
    expect(read).toEqual({ pk: 'a', ...JSON.parse(JSON.stringify(fields)) });
  });

  test('the first version that fits is stored, and the last one if none fits', () => {
    // Random text does not become smaller when it is packed.
    let seed = 1;
    const noise = (length: number) => {
      const digits: string[] = [];
      for (let index = 0; index < length; index += 1) {
        seed = (seed * 48_271) % 2_147_483_647;
        digits.push(String.fromCharCode(33 + (seed % 90)));
      }
      return digits.join('');
    };
    const [whole, lighter, light] = [{ text: noise(600_000) }, { text: noise(500_000) }, { text: 'light' }];
    expect(packFirstThatFits([whole, lighter, light])).toEqual(light);
    expect(unpackFields(packFirstThatFits([whole, lighter]))).toEqual(lighter);
  });

  test('an item with null in `packed` has no packed fields, and a damaged `packed` is an error', () => {
    expect(unpackFields({ pk: 'a', packed: null })).toEqual({ pk: 'a' });
    expect(() => unpackFields({ packed: 'text' })).toThrow('packed: expected binary');
    expect(() => unpackFields({ packed: new Uint8Array([1, 2, 3]) })).toThrow('unexpected end of file');
  });
});
