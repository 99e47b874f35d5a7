/** Lists the AWS calls in a bundle, from the real esbuild output with the options of the deployment. */
import { build, type Metafile } from 'esbuild';
import { bundling } from '../../lib/product-function.ts';

export interface Bundle {
  text: string;
  /** `lightsail:GetInstances`, for each command of an SDK client that is in the bundle; sorted. */
  actions: string[];
}

/** Bundles a handler; `extra` is code that a test adds. */
export async function bundleHandler(handlerFile: string, extra = ''): Promise<Bundle> {
  // `bundleAwsSDK` is the CDK's option for "bundle the whole SDK but the named parts".
  const { format, target, mainFields, minify, externalModules, banner } = bundling;
  const { metafile, outputFiles } = await build({
    format,
    target,
    mainFields,
    minify,
    external: externalModules,
    banner: { js: banner },
    stdin: { contents: `export * from './lambda/handlers/${handlerFile}';\n${extra}`, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    write: false,
    metafile: true,
  });
  return { text: outputFiles[0]?.text ?? '', actions: actionsIn(metafile) };
}

/** The IAM prefix of each client that the product uses. For a new client, see the Service Authorization Reference. */
const prefixes: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  lightsail: 'lightsail',
  cloudtrail: 'cloudtrail',
  sns: 'sns',
  ssm: 'ssm',
};

/**
 * Commands that clients contain by themselves. DynamoDB's endpoint discovery is off unless
 * AWS_ENABLE_ENDPOINT_DISCOVERY is set.
 */
const neverSent = ['dynamodb:DescribeEndpoints'];

function actionsIn({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const actions = inputs.flatMap(([path, { bytesInOutput }]) => {
    const [, client, operation] = /@aws-sdk\/client-([\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
    if (client === undefined || operation === undefined || bytesInOutput === 0) return [];
    const prefix = prefixes[client];
    if (prefix === undefined)
      throw new Error(`Which IAM prefix has @aws-sdk/client-${client}? Say so in ${import.meta.filename}.`);
    return [`${prefix}:${operation}`];
  });
  return [...new Set(actions)].filter((action) => !neverSent.includes(action)).sort();
}
