/** Who may know whom: docs/architecture.md says it, this test holds it by reading every import. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Import {
  file: string;
  /** A path in the repository, or the name of a package. */
  target: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ];
  return found.map(([, from, bare, dynamic]) => {
    const target = from ?? bare ?? dynamic ?? '';
    return { file, target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target };
  });
}

const importsIn = (...folders: string[]) => folders.flatMap(sourceFiles).flatMap(importsOf);

/** The imports that go where they may not, as lines of text. */
const strays = (imports: Import[], isAllowed: (target: string) => boolean) =>
  imports.filter(({ target }) => !isAllowed(target)).map(({ file, target }) => `${file} imports ${target}`);

const isIn =
  (...folders: string[]) =>
  (target: string) =>
    folders.some((folder) => target === folder || target.startsWith(`${folder}/`));

const isNode = (target: string) => target.startsWith('node:');

describe('who may know whom', () => {
  test('the reading of imports sees what it should', () => {
    const imports = importsOf('lambda/build-scan.ts').map(({ target }) => target);
    expect(imports).toEqual(
      expect.arrayContaining(['node:crypto', '@aws-sdk/client-sns', 'lambda/adapters/sns-publisher.ts']),
    );
  });

  test.each([
    ['lambda/firewall', ['lambda/firewall']],
    ['lambda/history', ['lambda/history', 'lambda/firewall']],
    ['lambda/attribution', ['lambda/attribution', 'lambda/history', 'lambda/firewall']],
    ['lambda/contract', ['lambda/contract', 'lambda/history', 'lambda/firewall', 'zod/mini']],
    ['lambda/alerts', ['lambda/alerts', 'lambda/contract', 'lambda/history', 'lambda/firewall', 'zod/mini']],
  ])('%s is pure: it knows Node and %s', (folder, known) => {
    expect(strays(importsIn(folder), (target) => isNode(target) || isIn(...known)(target))).toEqual([]);
    const io = [
      'node:fs',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:net',
      'node:child_process',
      'node:timers',
    ];
    expect(strays(importsIn(folder), (target) => !io.includes(target))).toEqual([]);
  });

  test('the scan knows the pure core and its own roles, no SDK', () => {
    const known = isIn(
      'lambda/scan',
      'lambda/contract',
      'lambda/firewall',
      'lambda/alerts',
      'lambda/attribution',
      'lambda/history',
    );
    expect(strays(importsIn('lambda/scan'), (target) => known(target) || target === 'p-limit')).toEqual([]);
  });

  test('only adapters, and what makes them, import the SDK', () => {
    const imports = importsIn('lambda', 'cli', 'bin', 'lib', 'emulators').filter(({ target }) =>
      target.startsWith('@aws-sdk/'),
    );
    const files = new Set(imports.map(({ file }) => file));
    expect(
      [...files].filter((file) => !isIn('lambda/adapters', 'lambda/build-scan.ts', 'cli/aws', 'cli/demo')(file)),
    ).toEqual([]);
  });

  test('adapters know no handler, and nobody but the entry points knows a handler', () => {
    expect(strays(importsIn('lambda/adapters', 'lambda/scan'), (target) => !isIn('lambda/handlers')(target))).toEqual(
      [],
    );
    expect(strays(importsIn('cli', 'bench', 'lib', 'emulators'), (target) => !isIn('lambda/handlers')(target))).toEqual(
      [],
    );
  });

  test('the deployment knows the contract and nothing else of the product', () => {
    const known = isIn('lib', 'aws-cdk-lib', 'cdk-nag');
    const isAllowed = (target: string) =>
      known(target) ||
      isNode(target) ||
      ['constructs', 'zod', 'zod/mini'].includes(target) ||
      isIn('lambda/contract')(target);
    expect(strays(importsIn('lib'), isAllowed)).toEqual([]);
  });

  test('the emulators import nothing of the product', () => {
    const isAllowed = (target: string) =>
      isIn('emulators')(target) || isNode(target) || ['zod', 'dynalite'].includes(target);
    expect(strays(importsIn('emulators'), isAllowed)).toEqual([]);
  });

  test('only handlers, and the entry of the command line, read the environment', () => {
    const readers = ['lambda', 'lib', 'cli'].flatMap(sourceFiles).filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return /process\.env\b/.test(text) && !file.startsWith('lambda/handlers/') && !file.startsWith('cli/');
    });
    expect(readers).toEqual([]);
  });

  test('no file is a drawer for everything', () => {
    const drawers = ['lambda', 'lib', 'cli', 'emulators', 'bench', 'bin']
      .flatMap(sourceFiles)
      .filter((file) => /(^|\/)(utils?|helpers?|common|types|misc)\.ts$/.test(file));
    expect(drawers.map((file) => relative('.', file))).toEqual([]);
  });
});
