/** Lists the AWS calls in a bundle, from the real esbuild output with the options of the deployment. */
import { readdirSync, readFileSync } from 'node:fs';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundling } from '../../lib/bundling.ts';

/** The AWS actions of the SDK commands in a bundle (`lightsail:GetInstances`), sorted. */
export type Actions = string[];

/** The code of a bundle for one handler. `extra`: code that a test adds. */
export const codeOf = (handlerFile: string, extra = ''): string =>
  `export * from './lambda/handlers/${handlerFile}';\n${extra}`;

/** Bundles each code separately. In one call of esbuild the SDK is parsed only once. */
export async function bundleEach(codes: Readonly<Record<string, string>>): Promise<Record<string, Actions>> {
  // `bundleAwsSDK` is the CDK's option for "bundle the whole SDK except the named parts".
  const { format, target, mainFields, minify, externalModules, banner } = bundling;
  const { metafile } = await build({
    format,
    target,
    mainFields,
    minify,
    external: externalModules,
    banner: { js: banner },
    entryPoints: Object.keys(codes).map((name, index) => ({ in: `code:${name}`, out: String(index) })),
    plugins: [loadCode(codes)],
    outdir: '.',
    bundle: true,
    platform: 'node',
    write: false,
    metafile: true,
  });
  const outputs = Object.values(metafile.outputs);
  return Object.fromEntries(
    Object.keys(codes).map((name) => {
      const output = outputs.find(({ entryPoint }) => entryPoint === `code:${name}`);
      if (output === undefined) throw new Error(`esbuild made no bundle of ${name}`);
      return [name, actionsIn(output)];
    }),
  );
}

function loadCode(codes: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'code',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^code:/ }, ({ path }) => ({ path: path.slice('code:'.length), namespace: 'code' }));
      onLoad({ filter: /.*/, namespace: 'code' }, ({ path }) => ({
        contents: codes[path] ?? '',
        resolveDir: process.cwd(),
      }));
    },
  };
}

/** The IAM prefix of each client that the product uses. For a new client, see the Service Authorization Reference. */
const prefixes: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  lightsail: 'lightsail',
  cloudtrail: 'cloudtrail',
  sns: 'sns',
  ssm: 'ssm',
  sqs: 'sqs',
  sts: 'sts',
  organizations: 'organizations',
};

/**
 * Clients that are used only with several accounts. esbuild includes every command of these clients, so only the commands that an adapter
 * names count.
 */
const loadedLater = ['sqs', 'sts', 'organizations'];
const adapters = readdirSync('lambda/adapters')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`lambda/adapters/${name}`, 'utf8'))
  .join('\n');
const isNamed = (operation: string): boolean =>
  new RegExp(`\\b(${operation}Command|paginate${operation})\\b`).test(adapters);

/** Commands that are inside the clients themselves. DynamoDB's endpoint discovery is off unless AWS_ENABLE_ENDPOINT_DISCOVERY is set. */
const neverSent = ['dynamodb:DescribeEndpoints'];

function actionsIn({ inputs }: Metafile['outputs'][string]): string[] {
  const actions = Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
    const [, client, operation] = /@aws-sdk\/client-([\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
    if (client === undefined || operation === undefined || bytesInOutput === 0) return [];
    const prefix = prefixes[client];
    if (prefix === undefined)
      throw new Error(`Which IAM prefix has @aws-sdk/client-${client}? Say so in ${import.meta.filename}.`);
    if (loadedLater.includes(client) && !isNamed(operation)) return [];
    // The IAM action is the same for one message and for a batch.
    return [`${prefix}:${operation}`.replace(/^(sqs:\w+)Batch$/, '$1')];
  });
  return [...new Set(actions)].filter((action) => !neverSent.includes(action)).sort();
}
