/**
 * Builds two bundles: the scan function, built as in a deployment, and only its SDK clients, with the same bundling settings. The bundle of
 * the clients includes every credential provider, which is the default. The scan function leaves out the providers that Lambda never uses.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as z from 'zod';
import { applyAccountSettings } from '../../lib/apply-account-settings.ts';
import { bundling } from '../../lib/bundling.ts';
import { checkAccountSettings } from '../../lib/check-props.ts';
import { scanMemoryMb } from '../../lib/function-memory.ts';
import { ProductFunction } from '../../lib/product-function.ts';

interface Bundles {
  /** `scan`, `sdk`: the paths of the bundle of the scan function, and of the bundle of its SDK clients. */
  scan: string;
  sdk: string;
  remove(): void;
}

const templateSchema = z.object({ Resources: z.record(z.string(), z.unknown()) });
const functionSchema = z.object({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.object({ Description: z.string(), Code: z.object({ S3Key: z.string() }) }),
});

export function bundleFunctions(): Bundles {
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-bundle-'));
  const app = new App({ outdir });
  const stack = new Stack(app, 'Bundles');
  applyAccountSettings(stack, checkAccountSettings({}), {});
  new ProductFunction(stack, 'scan', {
    handlerFile: 'scan.ts',
    description: 'scan',
    timeout: Duration.minutes(1),
    memorySize: scanMemoryMb.oneAccount,
  });
  new NodejsFunction(stack, 'sdk', {
    entry: fileURLToPath(new URL('./sdk-clients.ts', import.meta.url)),
    description: 'sdk',
    runtime: Runtime.NODEJS_24_X,
    bundling: { ...bundling, externalModules: [] },
  });
  app.synth();
  const template = templateSchema.parse(JSON.parse(readFileSync(join(outdir, stack.templateFile), 'utf8')));
  const functions = Object.values(template.Resources).flatMap(
    (resource) => functionSchema.safeParse(resource).data ?? [],
  );
  const fileOf = (description: string) => {
    const made = functions.find(({ Properties }) => Properties.Description === description);
    if (made === undefined) throw new Error(`The template has no function ${description}.`);
    return join(outdir, `asset.${made.Properties.Code.S3Key.replace(/\.zip$/, '')}`, 'index.mjs');
  };
  return { scan: fileOf('scan'), sdk: fileOf('sdk'), remove: () => rmSync(outdir, { recursive: true }) };
}
