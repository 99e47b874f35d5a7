/**
 * Options with which esbuild bundles the functions, in a deployment from a clone and in `npm run build`. This file imports only types of
 * the CDK.
 */
import type { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * Credential providers that the bundles leave out. The environment of a function has the credentials of its role, so the SDK never imports
 * the providers. Without the providers, the bundle is a sixth smaller, and loads faster.
 */
const unusedCredentialProviders = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * The bundle contains the SDK, because the SDK of the Lambda runtime does not know the newest regions. As ES modules the bundle is smaller
 * (432 KB against 710 KB). Parts of the SDK are CommonJS and call `require`, which the banner defines for ES modules.
 */
export const bundling = {
  format: 'esm' as OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  bundleAwsSDK: true,
  minify: true,
  sourceMap: false,
  externalModules: unusedCredentialProviders,
  banner: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
};
