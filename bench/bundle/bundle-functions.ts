/** Bundles the scan function, and the SDK alone, by the construct that bundles what is deployed: with its settings, whatever they are. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as z from 'zod';
import { ProductFunction } from '../../lib/product-function.ts';

export interface Bundles {
  /** Files. */
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
  addFunction(stack, 'scan', 'scan.ts');
  addFunction(stack, 'sdk', '../../bench/bundle/sdk-clients.ts');
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

/** `handlerFile`: seen from lambda/handlers. What is not about bundling is any value. */
function addFunction(stack: Stack, description: string, handlerFile: string): void {
  new ProductFunction(stack, description, {
    handlerFile,
    description,
    timeout: Duration.minutes(1),
    memorySize: 256,
    deadLetterQueue: new Queue(stack, `${description}-queue`),
    maxEventAge: Duration.minutes(1),
    retryAttempts: 0,
  });
}
