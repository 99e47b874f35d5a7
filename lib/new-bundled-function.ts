import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { bundling } from './bundling.ts';
import { PackageError } from './package-error.ts';
import { throwWithoutStack } from './throw-without-stack.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
/** Only the installed package has this folder: `npm run build` writes it. */
const bundled = fileURLToPath(new URL('functions/', import.meta.url));
const runtime = Runtime.NODEJS_24_X;

/** The installed package contains the bundle; a clone bundles at synthesis. Throws PackageError if the package lacks the file. */
export function newBundledFunction(
  scope: Construct,
  id: string,
  handlerFile: string,
  options: FunctionOptions,
): LambdaFunction {
  const entry = `${repository}lambda/handlers/${handlerFile}`;
  if (existsSync(entry)) return bundleFromSource(scope, id, entry, options);
  const folder = bundled + handlerFile.replace(/\.ts$/, '');
  if (!existsSync(`${folder}/index.mjs`)) throwWithoutStack(new PackageError(`${folder}/index.mjs`));
  return new LambdaFunction(scope, id, { ...options, runtime, handler: 'index.handler', code: Code.fromAsset(folder) });
}

function bundleFromSource(scope: Construct, id: string, entry: string, options: FunctionOptions): LambdaFunction {
  return new NodejsFunction(scope, id, {
    ...options,
    entry,
    handler: 'handler',
    projectRoot: repository,
    depsLockFilePath: `${repository}package-lock.json`,
    runtime,
    awsSdkConnectionReuse: false,
    bundling,
  });
}
