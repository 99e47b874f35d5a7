import pLimit from 'p-limit';
import { queriesAtOnce } from './load-history-at-instant.ts';

interface Source<T> {
  pages: AsyncIterator<T[]>;
  /** The loaded elements that are not used yet, newest first. */
  left: T[];
  isOver: boolean;
}

/**
 * The elements of all sources, newest first, page by page. Each source must yield its own elements newest first. Holds one page of each
 * source, and reads the next page of a source after the last element of its page was used.
 */
export async function* mergeNewestFirst<T extends { at: string }>(
  sources: readonly AsyncGenerator<T[]>[],
): AsyncGenerator<T[]> {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return yield* only;
  let open = sources.map((pages): Source<T> => ({ pages, left: [], isOver: false }));
  try {
    for (;;) {
      await pLimit(queriesAtOnce).map(open, readNext);
      open = open.filter(({ isOver }) => !isOver);
      if (open.length === 0) return;
      // `safe`: the newest of the last elements of the loaded pages. Every element that is not loaded yet is as old as `safe` or older. So
      // the elements that are not older than `safe` can be yielded now.
      const [safe = ''] = open.map(({ left }) => left.at(-1)?.at ?? '').sort((a, b) => (a < b ? 1 : -1));
      const ready = open.flatMap((source) => {
        const count = source.left.findIndex(({ at }) => at < safe);
        return source.left.splice(0, count < 0 ? source.left.length : count);
      });
      yield ready.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
    }
  } finally {
    await Promise.all(open.map(({ pages }) => pages.return?.()));
  }
}

async function readNext<T>(source: Source<T>): Promise<void> {
  while (source.left.length === 0 && !source.isOver) {
    const { value, done } = await source.pages.next();
    if (done) source.isOver = true;
    else source.left = [...value];
  }
}
