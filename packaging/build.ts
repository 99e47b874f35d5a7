/**
 * `npm run build`: writes `dist/`, the code of the package. It contains the construct for `import` and `require`, the pure core, the
 * command, and the functions as bundles. Everything except the CDK is bundled, so the package has only peer dependencies.
 */
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { bundlePage } from '../cli/report/bundle-page.ts';
import { bundling } from '../lib/bundling.ts';
import { readSourceVersion } from '../lib/source-version.ts';
import { readOptions } from '../test/support/read-options.ts';
import { buildTypes } from './build-types.ts';
import { nameTheCommand } from './name-the-command.ts';
import { collectLicences } from './third-party-licences.ts';

// A wrong option ends the program before anything is deleted.
const values = readOptions({}, ['write-api']);

const repository = fileURLToPath(new URL('..', import.meta.url));
const dist = join(repository, 'dist');

/** Options for all code except the functions. This code runs on the oldest Node that package.json allows. */
const onUsersNode = {
  absWorkingDir: repository,
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'Map.groupBy': 'groupBy' },
  inject: ['packaging/older-node/group-by.js'],
  alias: { 'node:crypto': './packaging/older-node/crypto.js', 'node:util': './packaging/older-node/util.js' },
} satisfies BuildOptions;

/** Options for a bundle that imports the CDK of the user's app. A bundle finds the functions in the folder next to its file. */
const withCdk = {
  ...onUsersNode,
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  external: ['aws-cdk-lib', 'constructs'],
  define: { ...onUsersNode.define, 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
} satisfies BuildOptions;

/** Dynalite loads files by computed names without `.js`, which the bundler does not find. */
const nameDynaliteFiles: Plugin = {
  name: 'name-dynalite-files',
  setup({ onLoad }) {
    onLoad({ filter: /dynalite[\\/]index\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll("/' + action)", "/' + action + '.js')"),
      loader: 'js',
    }));
  },
};

/**
 * Replaces the function that computes the version by the computed version. The version contains a hash of the sources, which are not in the
 * package.
 */
const fixSourceVersion: Plugin = {
  name: 'fix-source-version',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]source-version\.ts$/ }, () => ({
      contents: `export const readSourceVersion = () => ${JSON.stringify(readSourceVersion())};`,
      loader: 'js',
    }));
  },
};

/**
 * The command must work without the CDK. So `lib/synthesise-templates.ts`, which needs the CDK, is a separate file in the folder above the
 * command.
 */
const loadTemplatesFromPackage: Plugin = {
  name: 'load-templates-from-package',
  setup({ onResolve }) {
    onResolve({ filter: /\/lib\/synthesise-templates\.ts$/ }, () => ({ path: '../template.cjs', external: true }));
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const metafiles = await Promise.all([
  buildFunctions(),
  buildConstruct(),
  buildTemplates(),
  buildFirewall('esm'),
  buildFirewall('cjs'),
  buildCommand(),
]);
await copyPage();
for (const name of ['index.js', 'index.cjs', 'template.cjs', 'requirements.cjs', 'portwatch.cjs'])
  await copyFile(join(repository, 'packaging', name), join(dist, name));
await chmod(join(dist, 'portwatch.cjs'), 0o755);
await writeFile(join(dist, 'THIRD-PARTY-LICENCES.txt'), await collectLicences(repository, metafiles));
await buildTypes({ repository, dist, writesApi: values['write-api'] });

/** Uses the options of a deployment from a clone, so that a clone and the package deploy the same bytes. */
async function buildFunctions(): Promise<Metafile> {
  const folder = join(repository, 'lambda/handlers');
  const texts = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
  const names = texts
    .filter(({ text }) => /^export const handler\b/m.test(text))
    .map(({ name }) => name.replace(/\.ts$/, ''));
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `lambda/handlers/${name}.ts`])),
    outdir: join(dist, 'functions'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: bundling.format,
    target: bundling.target,
    mainFields: bundling.mainFields,
    minify: bundling.minify,
    external: bundling.externalModules,
    banner: { js: bundling.banner },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** The bundle is not minified, because the error message of a CDK app can show a line of the bundle. */
async function buildConstruct(): Promise<Metafile> {
  const { metafile } = await build({
    ...withCdk,
    entryPoints: { construct: 'lib/index.ts' },
    plugins: [fixSourceVersion],
  });
  return metafile;
}

/** For `portwatch template`: the whole CDK app, which contains the construct. */
async function buildTemplates(): Promise<Metafile> {
  const entryPoints = { 'synthesise-templates': 'lib/synthesise-templates.ts' };
  const { metafile } = await build({ ...withCdk, entryPoints, minify: true, plugins: [fixSourceVersion] });
  return metafile;
}

async function buildFirewall(format: 'esm' | 'cjs'): Promise<Metafile> {
  const { metafile } = await build({
    ...onUsersNode,
    entryPoints: { firewall: 'packaging/firewall.ts' },
    outdir: dist,
    outExtension: { '.js': format === 'esm' ? '.js' : '.cjs' },
    format,
  });
  return metafile;
}

/** The command is split into several files, so that a command loads only the code that it uses: `--help` loads no SDK. */
async function buildCommand(): Promise<Metafile> {
  const { metafile } = await build({
    ...onUsersNode,
    entryPoints: { portwatch: 'bin/portwatch.ts' },
    outdir: join(dist, 'cli'),
    format: 'esm',
    splitting: true,
    minify: true,
    // In a clone, esbuild bundles the script of the report's page. The package already contains the bundled script (`copyPage`).
    external: ['esbuild'],
    alias: { ...onUsersNode.alias, level: './packaging/no-level.cjs' },
    banner: { js: bundling.banner },
    plugins: [nameTheCommand, nameDynaliteFiles, fixSourceVersion, loadTemplatesFromPackage],
  });
  return metafile;
}

async function copyPage(): Promise<void> {
  const page = join(dist, 'cli/page');
  await mkdir(page);
  for (const name of ['page.css', 'body.html'])
    await copyFile(join(repository, 'cli/report/page', name), join(page, name));
  await writeFile(join(page, 'main.js'), await bundlePage());
}
