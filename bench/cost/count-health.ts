import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { metricNames } from '../../lambda/contract/deployed-names.ts';
import { parseConfig } from '../../lib/parse-config.ts';
import { PortwatchStack } from '../../lib/portwatch-stack.ts';

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

const paidByTheMonth = [
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::NatGateway',
];

interface Health {
  alarms: number;
  metrics: number;
  /** The types of the stack's resources that have a monthly price and are not in `computeMonthlyCost`. */
  unpriced: string[];
}

export function countHealth(configuration: Record<string, unknown> = {}): Health {
  const outdir = mkdtempSync(join(tmpdir(), 'portwatch-cost-'));
  try {
    const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
    const config = parseConfig({ file: null, commandLine: configuration });
    const stack = new PortwatchStack(app, 'Portwatch', { config });
    app.synth();
    const template = templateSchema.parse(JSON.parse(readFileSync(join(outdir, stack.templateFile), 'utf8')));
    const { namespace: _, service: __, accountsNotScanned, ...always } = metricNames;
    const metrics = config.accounts === null ? always : { ...always, accountsNotScanned };
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    return {
      alarms: types.filter((type) => type === 'AWS::CloudWatch::Alarm').length,
      metrics: Object.keys(metrics).length,
      unpriced: types.filter((type) => paidByTheMonth.includes(type)),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
