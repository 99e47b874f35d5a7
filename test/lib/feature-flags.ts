import { readFileSync } from 'node:fs';

const cdkJson: unknown = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** The feature flags of cdk.json, as in a deployment. */
export const featureFlags = (cdkJson as { context: Record<string, unknown> }).context;

/** Without bundling, which takes seconds; `bundle.test.ts` bundles once. */
export const withoutBundling = { ...featureFlags, 'aws:cdk:bundling-stacks': [] };
