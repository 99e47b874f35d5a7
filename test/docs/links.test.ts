import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorsOf, isInRepository, linksOf, readDocument, readDocuments } from './document.ts';

const documents = readDocuments();
const { scripts } = JSON.parse(readDocument('package.json').text) as { scripts: Record<string, string> };

describe.each(documents)('$file', ({ file, text }) => {
  test('has no link that leads nowhere', () => {
    const dead = linksOf(text)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !leadsSomewhere(file, target));
    expect(dead).toEqual([]);
  });

  test('names no file that is not there', () => {
    const paths = [...text.matchAll(/`((?:bin|lib|lambda|cli|emulators|bench|test|docs)\/[\w./-]*)`/g)];
    expect(paths.map(([, path = '']) => path).filter((path) => !isInRepository(path))).toEqual([]);
  });

  test('names no script that is not there, and no package that is not published', () => {
    const runs = [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script);
    expect(runs.filter((script) => !(script in scripts))).toEqual([]);
    const programs = [...text.matchAll(/\bnpx (?!--package=\/)([\w@/-]+)/g)].map(([, program]) => program);
    expect(programs.filter((program) => program !== 'cdk')).toEqual([]);
  });

  test('names no path of a private machine', () => {
    expect(text).not.toMatch(/(^|[\s`'"(=])\/(work|tmp|home|Users|root)\//m);
  });
});

function leadsSomewhere(file: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const found = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), decodeURI(path)));
  if (!isInRepository(found)) return false;
  return anchor === undefined || (found.endsWith('.md') && anchorsOf(readDocument(found).text).has(anchor));
}

describe('the reading of documents', () => {
  test('finds the anchors that GitHub gives', () => {
    const text =
      '# A `scan` failed\n\n```sh\n# no heading\n```\n## Twice\n## Twice\n## Is it [here](x.md), "now"?\n<a id="set"></a>';
    expect([...anchorsOf(text)]).toEqual(['a-scan-failed', 'twice', 'twice-1', 'is-it-here-now', 'set']);
  });

  test('finds links, and takes code for none', () => {
    const text = '[a](b.md#c) ![d](e.svg "f") <img src="g.png"> `[h](i.md)`\n```\n[j](k.md)\n```\n';
    expect(linksOf(text)).toEqual(['b.md#c', 'e.svg', 'g.png']);
  });
});
