import { expect, test } from '@jest/globals';
import { mergeNewestFirst } from '../../../cli/aws/merge-newest-first.ts';

type One = { at: string };

/** Each string is a source: its pages, separated by blanks, of letters; `z` is the newest. */
function sourceOf(pages: string, closed: string[] = []): AsyncGenerator<One[]> {
  return (async function* () {
    try {
      for (const page of pages.split(' ')) yield [...page].map((at) => ({ at }));
    } finally {
      closed.push(pages);
    }
  })();
}

async function merge(...sources: string[]): Promise<string> {
  let merged = '';
  for await (const page of mergeNewestFirst(sources.map((pages) => sourceOf(pages))))
    merged += page.map(({ at }) => at).join('');
  return merged;
}

test.each([
  ['no source', [], ''],
  ['one source', ['zy x'], 'zyx'],
  ['sources with pages of different lengths', ['z w', 'yxv', 'u'], 'zyxwvu'],
  ['a source that is empty', ['', 'zy'], 'zy'],
  ['empty pages', ['z  x', ' y'], 'zyx'],
  ['a source that ends early', ['z', 'y x w v'], 'zyxwv'],
  ['equal instants', ['zy', 'zy'], 'zzyy'],
])('%s', async (_, sources, merged) => {
  expect(await merge(...sources)).toBe(merged);
});

test('every source is closed if the reader stops before the end', async () => {
  const closed: string[] = [];
  for await (const page of mergeNewestFirst(['z x', 'y w'].map((pages) => sourceOf(pages, closed)))) {
    expect(page).toEqual([{ at: 'z' }]);
    break;
  }
  expect(closed).toEqual(['z x', 'y w']);
});
