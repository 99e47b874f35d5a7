/** Import rules: docs/architecture.md describes them, and this test reads every import, including imports of types. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from './support/temporary-folder.ts';

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

/** `folders` are paths in the repository or names of packages. */
const isIn =
  (...folders: string[]) =>
  (target: string) =>
    folders.some((folder) => target === folder || target.startsWith(`${folder}/`));

const isNode = (target: string) => target.startsWith('node:');

/** The imports that the rule does not allow, one line of text for each. */
const forbidden = (imports: Import[], isAllowed: (target: string) => boolean) =>
  imports.filter(({ target }) => !isAllowed(target)).map(({ file, target }) => `${file} imports ${target}`);

/** The files of the repository that a file imports. */
function buildGraph(files: readonly string[]): Map<string, string[]> {
  const known = new Set(files);
  return new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .map(({ target }) => target)
        .filter((target) => known.has(target)),
    ]),
  );
}

/** The imports that form a circle, each as the path of files from a file back to itself. */
function findCircles(graph: ReadonlyMap<string, string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

/** The longest path of imports in a graph without circles, as files. */
function findLongestPath(graph: ReadonlyMap<string, string[]>): string[] {
  const longest = new Map<string, string[]>();
  const pathFrom = (file: string): string[] => {
    const known = longest.get(file);
    if (known) return known;
    const below = (graph.get(file) ?? []).map(pathFrom).reduce((a, b) => (b.length > a.length ? b : a), []);
    longest.set(file, [file, ...below]);
    return [file, ...below];
  };
  return [...graph.keys()].map(pathFrom).reduce((a, b) => (b.length > a.length ? b : a), []);
}

describe('the rules of imports', () => {
  test('the reader of imports finds packages, modules of Node and files', () => {
    const imports = importsOf('lambda/build-scan.ts').map(({ target }) => target);
    expect(imports).toEqual(
      expect.arrayContaining(['node:crypto', '@aws-sdk/client-sns', 'lambda/adapters/sns-publisher.ts']),
    );
  });

  test.each([
    ['lambda/firewall', []],
    ['lambda/approvals', ['lambda/contract/item-fields.ts', 'lambda/firewall', 'zod/mini']],
    ['lambda/accounts', ['lambda/contract', 'lambda/history', 'zod/mini']],
    ['lambda/history', ['lambda/contract/item-fields.ts', 'lambda/approvals', 'lambda/firewall', 'zod/mini']],
    ['lambda/contract', ['lambda/history', 'lambda/approvals', 'lambda/firewall', 'zod/mini']],
    [
      'lambda/attribution',
      [
        'lambda/contract/watched-calls.ts',
        'lambda/contract/lightsail-behaviour.ts',
        'lambda/history',
        'lambda/firewall',
      ],
    ],
    [
      'lambda/alerts',
      ['lambda/accounts', 'lambda/contract', 'lambda/history', 'lambda/approvals', 'lambda/firewall', 'zod/mini'],
    ],
  ])('%s is pure: it imports only modules of Node without I/O, and %s', (folder, allowed) => {
    const io = ['fs', 'fs/promises', 'http', 'https', 'net', 'child_process', 'timers'].map((name) => `node:${name}`);
    const isPure = (target: string) => isNode(target) && !io.includes(target);
    expect(forbidden(importsIn(folder), (target) => isPure(target) || isIn(folder, ...allowed)(target))).toEqual([]);
  });

  const pureFolders = ['accounts', 'contract', 'alerts', 'attribution', 'history', 'approvals', 'firewall'].map(
    (name) => `lambda/${name}`,
  );

  test('the scan imports the pure folders and its own interfaces, never the SDK', () => {
    expect(forbidden(importsIn('lambda/scan'), isIn('lambda/scan', 'p-limit', 'zod/mini', ...pureFolders))).toEqual([]);
  });

  test('the pass imports the scan and the pure folders, never the SDK', () => {
    expect(
      forbidden(importsIn('lambda/pass'), isIn('lambda/pass', 'lambda/scan', 'p-limit', 'zod/mini', ...pureFolders)),
    ).toEqual([]);
  });

  test('adapters import the scan, the pass and the pure folders', () => {
    const product = importsIn('lambda/adapters').filter(({ target }) => isIn('lambda')(target));
    expect(forbidden(product, isIn('lambda/adapters', 'lambda/scan', 'lambda/pass', ...pureFolders))).toEqual([]);
  });

  test('only adapters and the files that build them import the SDK', () => {
    const imports = importsIn('lambda', 'cli', 'bin', 'lib', 'emulators').filter(({ target }) =>
      target.startsWith('@aws-sdk/'),
    );
    const isAllowed = isIn('lambda/adapters', 'lambda/build-scan.ts', 'cli/aws', 'cli/demo');
    expect(imports.map(({ file }) => file).filter((file) => !isAllowed(file))).toEqual([]);
  });

  test('no file but a handler imports a handler', () => {
    const folders = ['lambda', 'cli', 'bin', 'bench', 'lib', 'emulators'];
    const imports = importsIn(...folders).filter(({ file }) => !isIn('lambda/handlers')(file));
    expect(forbidden(imports, (target) => !isIn('lambda/handlers')(target))).toEqual([]);
  });

  test('the stacks import the contract and no other folder of the product', () => {
    const packages = ['aws-cdk-lib', 'cdk-nag', 'constructs', 'zod', 'zod/mini'];
    const isAllowed = (target: string) =>
      isNode(target) || isIn('lib', 'lambda/contract', 'cdk.json', ...packages)(target);
    expect(forbidden(importsIn('lib'), isAllowed)).toEqual([]);
  });

  test('the command line imports of the deployment only its configuration, its templates, its version and the similar names', () => {
    const deployment = importsIn('cli').filter(({ target }) => isIn('lib')(target));
    const files = [
      'config-sources',
      'configuration-error',
      'similar-names',
      'package-error',
      'parse-config',
      'source-version',
      'code-bucket',
      'synthesise-templates',
    ];
    expect(forbidden(deployment, isIn(...files.map((name) => `lib/${name}.ts`)))).toEqual([]);
  });

  test('the help of the command loads no large package, and no folder of the product as a whole', () => {
    const loaded = new Set(['bin/portwatch.ts']);
    const targets = new Set<string>();
    // The set grows during the loop: new elements are visited too.
    for (const file of loaded) {
      const dynamic = [...readFileSync(join(root, file), 'utf8').matchAll(/\bimport\('([^']+)'\)/g)].map(
        ([, name]) => name,
      );
      for (const { target } of importsOf(file)) {
        if (dynamic.some((name) => name !== undefined && normalize(join(dirname(file), name)) === target)) continue;
        targets.add(target);
        if (target.endsWith('.ts')) loaded.add(target);
      }
    }
    expect([...loaded]).toContain('cli/commands/template.ts');
    expect([...targets].filter((target) => !isNode(target) && !/\.(ts|json)$/.test(target)).sort()).toEqual([
      'commander',
      'temporal-polyfill',
    ]);
    expect([...targets].filter(isIn('lambda/firewall/index.ts', 'lambda/adapters', 'lambda/scan'))).toEqual([]);
  });

  test('the emulators import nothing of the product', () => {
    const isAllowed = (target: string) => isNode(target) || isIn('emulators', 'zod', 'dynalite')(target);
    expect(forbidden(importsIn('emulators'), isAllowed)).toEqual([]);
  });

  test('no imports form a circle, imports of types included', () => {
    const folders = ['lambda', 'lib', 'cli', 'bin', 'emulators', 'bench', 'test'];
    expect(findCircles(buildGraph(folders.flatMap(sourceFiles)))).toEqual([]);
  });

  test('within lambda/scan a path of imports has at most 6 files', () => {
    const path = findLongestPath(buildGraph(sourceFiles('lambda/scan')));
    expect({ path, isShort: path.length <= 6 }).toEqual({ path, isShort: true });
  });

  test('only handlers and the command line read the environment', () => {
    const readers = ['lambda', 'lib', 'cli'].flatMap(sourceFiles).filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return /process\.env\b/.test(text) && !file.startsWith('lambda/handlers/') && !file.startsWith('cli/');
    });
    expect(readers).toEqual([]);
  });

  test('no file has a name that fits every content', () => {
    const found = ['lambda', 'lib', 'cli', 'emulators', 'bench', 'bin']
      .flatMap(sourceFiles)
      .filter((file) => /(^|\/)(utils?|helpers?|common|types|misc)\.ts$/.test(file));
    expect(found.map((file) => relative('.', file))).toEqual([]);
  });
});

describe('lambda/', () => {
  const bundles = temporaryFolder();

  /** The files of the repository that esbuild puts into the bundle of each function that `lib` deploys, by the name of the handler. */
  function listBundledFiles(): Record<string, string[]> {
    const handlers = sourceFiles('lib').flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\bhandlerFile: '([^']+)\.ts'/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(handlers.length).toBeGreaterThanOrEqual(3);
    const metafile = join(bundles, 'meta.json');
    const entries = handlers.map((name) => `lambda/handlers/${name}.ts`);
    const flags = ['--bundle', '--packages=external', '--platform=node', '--format=esm', '--log-level=error'];
    const esbuild = join(root, 'node_modules/.bin/esbuild');
    execFileSync(esbuild, [...entries, ...flags, `--outdir=${bundles}`, `--metafile=${metafile}`], { cwd: root });
    const { outputs }: { outputs: Record<string, { inputs: object }> } = JSON.parse(readFileSync(metafile, 'utf8'));
    return Object.fromEntries(
      Object.entries(outputs).map(([file, { inputs }]) => [basename(file, '.js'), Object.keys(inputs)]),
    );
  }

  let bundled: Record<string, string[]>;

  beforeAll(() => {
    bundled = listBundledFiles();
  });

  test('holds only files that a deployed function contains, or whose types such a file imports', () => {
    const reached = new Set(Object.values(bundled).flat());
    const graph = buildGraph(sourceFiles('lambda'));
    expect([...reached]).toEqual(expect.arrayContaining(['lambda/handlers/scan.ts', 'lambda/scan/full-scan.ts']));
    // The set grows during the loop: new elements are visited too.
    for (const file of reached) for (const target of graph.get(file) ?? []) reached.add(target);
    expect(sourceFiles('lambda').filter((file) => !reached.has(file))).toEqual([]);
  });

  test.each(['slack-webhook', 'amazon-q', 'event-topic'])(
    'P10: the function %s starts without the schemas of stored items',
    (handler) => {
      expect(bundled[handler]).toContain(`lambda/handlers/${handler}.ts`);
      expect(bundled[handler]?.filter(isIn('lambda/contract/item-fields.ts'))).toEqual([]);
    },
  );
});
