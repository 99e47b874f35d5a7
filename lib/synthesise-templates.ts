/** Synthesises the templates that `cdk deploy` would deploy, in a form that needs no CDK and no bootstrap in the account. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { type BucketAsset, BucketSynthesizer } from './bucket-synthesizer.ts';
import { buildPortwatchApp } from './build-portwatch-app.ts';
import { bucketParameter } from './code-bucket.ts';
import { ConfigurationError } from './configuration-error.ts';
import { PackageError } from './package-error.ts';

// Exported here, so that one file of the package contains everything that the commands need from the CDK.
export { synthesiseMemberTemplates } from './synthesise-member-templates.ts';

export interface TemplateSources {
  /** The folder of portwatch.json. */
  readonly folder: string;
  /** The values of `-c key=value`. */
  readonly context: Readonly<Record<string, string>>;
  /** The region of the deployment; `undefined`: not known. */
  readonly region: string | undefined;
}

export interface SynthesisedStack {
  readonly name: string;
  /** `null`: the region of the deployment. */
  readonly region: string | null;
  /** The template as JSON. */
  readonly template: string;
  /** True if the template has the parameter for the name of the code bucket. */
  readonly usesBucket: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
}

export interface SynthesisedFunction {
  /** The name of the zip file in the bucket. */
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export interface SynthesisedTemplates {
  readonly stacks: readonly SynthesisedStack[];
  readonly functions: readonly SynthesisedFunction[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** Synthesises the templates. `refusal`: what must be corrected in the configuration or in the installation, one line or more. */
export function synthesiseTemplates(sources: TemplateSources): SynthesisedTemplates | { readonly refusal: string } {
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-template-'));
  try {
    return synthesise(sources, outdir);
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof PackageError) return { refusal: error.message };
    throw error;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function synthesise({ folder, context, region }: TemplateSources, outdir: string): SynthesisedTemplates {
  const assets: BucketAsset[] = [];
  const app = new App({
    outdir,
    context: { ...cdkJson.context, ...context },
    defaultStackSynthesizer: new BucketSynthesizer(assets),
  });
  const { warnings, notes } = buildPortwatchApp(app, folder, region);
  const stacks = app.synth().stacks.map((stack) => ({
    name: stack.stackName,
    region: stack.environment.region === 'unknown-region' ? null : stack.environment.region,
    template: readFileSync(stack.templateFullPath, 'utf8'),
    usesBucket: Object.hasOwn(stack.template.Parameters ?? {}, bucketParameter),
    tags: stack.tags,
    terminationProtection: stack.terminationProtection ?? false,
  }));
  // Assets with the same name have the same content, so only one zip file is needed.
  const functions = [...new Map(assets.map((asset) => [asset.name, asset])).values()].map((asset) => ({
    name: asset.name,
    files: readFiles(join(outdir, asset.folder)),
  }));
  return { stacks, functions, warnings, notes };
}

function readFiles(folder: string): SynthesisedFunction['files'] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}
