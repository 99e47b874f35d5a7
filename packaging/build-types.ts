import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { writeOutSettings } from './settings-types.ts';

const run = promisify(execFile);

export interface TypesOptions {
  repository: string;
  dist: string;
  /** True: the public API is written to docs/api/. False: an API that differs from docs/api/ is an error. */
  writesApi: boolean;
}

/**
 * Writes two files of declarations for each entry point of the package, one for `import` and one for `require`. No file
 * imports another file of Portwatch.
 */
export async function buildTypes(options: TypesOptions): Promise<void> {
  const { repository, dist } = options;
  const emitted = await mkdtemp(join(dist, 'types-'));
  try {
    const tsc = join(repository, 'node_modules/.bin/tsc');
    await run(tsc, ['-p', 'packaging', '--outDir', emitted], { cwd: repository });
    await nameCompiledFiles(emitted);
    const settings = join(emitted, 'lambda/contract/settings-schema.d.ts');
    await writeFile(settings, writeOutSettings(await readFile(settings, 'utf8')));
    for (const [name, entry] of [
      ['index', 'lib/index.d.ts'],
      ['firewall', 'packaging/firewall.d.ts'],
    ] as const) {
      rollUp(options, join(emitted, entry), name);
      await copyFile(join(dist, `${name}.d.ts`), join(dist, `${name}.d.cts`));
    }
  } finally {
    await rm(emitted, { recursive: true });
    await rm(join(dist, 'api'), { recursive: true, force: true });
  }
}

/** TypeScript keeps the name `./reach.ts` of the source, but a declaration has to name `./reach.js`. */
async function nameCompiledFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(folder, name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/((?:from|import\()\s*'\.[^']*)\.ts'/g, "$1.js'"));
  }
}

/** Throws if the declarations cannot be made, or if the API differs from docs/api/ and `writesApi` is false. */
function rollUp({ repository, dist, writesApi }: TypesOptions, mainEntryPointFilePath: string, name: string): void {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(repository, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: repository,
      mainEntryPointFilePath,
      compiler: { tsconfigFilePath: join(repository, 'packaging/tsconfig.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(repository, 'docs/api'),
        reportTempFolder: join(dist, 'api'),
      },
      dtsRollup: { enabled: true, untrimmedFilePath: '', publicTrimmedFilePath: join(dist, `${name}.d.ts`) },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf' as never,
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // Every export is public, so the release tags of API Extractor are not used.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const result = Extractor.invoke(config, {
    localBuild: writesApi,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = message.messageId.startsWith('console-') && message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (result.apiReportChanged && !writesApi)
    throw new Error(
      `The public API is not the one of docs/api/${name}.api.md: run npm run build -- --write-api if that is meant.`,
    );
  if (!result.succeeded) throw new Error(`The declarations of ${name} could not be made.`);
}
