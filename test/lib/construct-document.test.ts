/** docs/construct.md: its examples are synthesised exactly as on the page, and its tables name the parts of the API. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ownResourceNames } from '../../lib/own-resources.ts';
import { settingDescriptions } from '../../lib/setting-descriptions.ts';
import { codeBlocks, readDocument, repository, sectionOf } from '../docs/document.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { countOf } from './synthesise.ts';

const { text } = readDocument('docs/construct.md');
const { text: api } = readDocument('docs/api/index.api.md');

/** The rows of the first table of a section, as cells. */
const rowsOf = (section: string): string[][] =>
  [...section.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row
      .slice(2, -2)
      .split(/(?<!\\) \| /)
      .map((cell) => cell.replaceAll('\\|', '|')),
  );

describe('the examples of the page', () => {
  const folder = temporaryFolder();

  beforeAll(() => {
    // The apps of the examples read their context from this variable. Bundling is off, because it takes seconds.
    process.env['CDK_CONTEXT_JSON'] = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
  });

  /** Runs the code of the page, which must work without the repository and the test. */
  async function run(heading: string): Promise<Template> {
    const [example] = codeBlocks(sectionOf(text, heading)).filter(({ language }) => language === 'ts');
    const code = (example?.code ?? '').replace(/from '([^']+)'/g, (_, name: string) => {
      const url =
        name === 'portwatch' ? pathToFileURL(join(repository, 'lib/index.ts')).href : import.meta.resolve(name);
      return `from '${url}'`;
    });
    const file = join(folder, `${heading.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, `${code}\nexport { app, stack };\n`);
    const { app, stack }: { app: App; stack: Stack } = await import(pathToFileURL(file).href);
    try {
      return Template.fromStack(stack);
    } finally {
      rmSync(app.outdir, { recursive: true, force: true });
    }
  }

  test('The smallest: three topics, and the address on two of them', async () => {
    const template = await run('The smallest');
    expect(countOf(template, 'AWS::SNS::Topic')).toBe(3);
    template.resourcePropertiesCountIs('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' }, 2);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'Security (prod) scan fails' });
  });

  test('In a VPC: every function is in it, every role has the boundary', async () => {
    const template = await run('In a VPC, with a key and a permissions boundary');
    const resources = Object.values(
      template.toJSON()['Resources'] as Record<string, { Type: string; Properties: object }>,
    );
    const of = (type: string) =>
      resources.filter(({ Type }) => Type === `AWS::${type}`).map(({ Properties }) => Properties);
    // The CDK adds a function for the default security group of a VPC; it is not Portwatch's.
    const own = of('Lambda::Function').filter((each) => JSON.stringify(each).includes('Portwatch: '));
    expect(own).toHaveLength(3);
    for (const each of own) expect(each).toMatchObject({ VpcConfig: expect.anything(), KmsKeyArn: expect.anything() });
    expect(of('IAM::Role').length).toBeGreaterThan(3);
    for (const each of of('IAM::Role').filter((role) => JSON.stringify(role).includes('acme-')))
      expect(JSON.stringify(each)).toContain(':policy/boundary');
  });

  test('An existing table and an existing topic: neither is in the template', async () => {
    const template = await run('An existing table and an existing topic');
    expect(countOf(template, 'AWS::DynamoDB::GlobalTable')).toBe(0);
    expect(countOf(template, 'AWS::SNS::Topic')).toBe(2);
    template.hasResourceProperties('AWS::SNS::Subscription', { FilterPolicy: { severity: ['critical'] } });
  });

  test('Two monitors, and other regions: twice everything, and one alarm about all', async () => {
    const template = await run('Two monitors, and other regions');
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 2);
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 1);
    const { AlarmRule } =
      Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm'))[0]?.['Properties'] ?? {};
    const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.filter((id) => !JSON.stringify(AlarmRule).includes(`"${id}"`))).toEqual([]);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'Security/Europe (prod-eu) scan fails' });
  });

  test('Expected changes, severities and Slack: in the settings of the functions, and in the template', async () => {
    const template = await run('Expected changes, severities and Slack');
    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', { SlackChannelId: 'C0123456789' });
    expect(JSON.stringify(template.toJSON())).toContain('\\"highRiskPorts\\":[22,3389,5432]');
  });
});

describe('the tables of the page', () => {
  test('have every setting, with the type of the API and the default of the configuration', () => {
    const [settings = ''] = sectionOf(text, 'Props').split('\nObjects of your app');
    const expected = Object.entries(settingDescriptions).map(([name, { byDefault = '' }]) => {
      const [, type = ''] = new RegExp(`^    readonly ${name}\\?: (.*) \\| undefined;$`, 'm').exec(api) ?? [];
      return [`\`${name}\``, `\`${type.replaceAll('readonly ', '').replaceAll(' | undefined', '')}\``, byDefault];
    });
    expect(rowsOf(settings)).toEqual(expected);
  });

  test('have every object that can be given in place of settings', () => {
    const [, objects = ''] = sectionOf(text, 'Props').split('\nObjects of your app');
    expect(rowsOf(objects).map(([name]) => name)).toEqual(ownResourceNames.map((name) => `\`${name}\``));
  });

  test('have every attribute and method of the construct', () => {
    const [, members = ''] = /^export class DriftMonitor [\s\S]*?\{\n([\s\S]*?)^\}/m.exec(api) ?? [];
    const names = [...members.matchAll(/^ {4}(?:readonly |get )?(\w+)/gm)].map(([, name]) => name ?? '');
    const documented = rowsOf(sectionOf(text, 'Attributes, grants and metrics')).flatMap(([first = '']) =>
      [...first.matchAll(/`(\w+)/g)].map(([, name]) => name ?? ''),
    );
    expect(documented.sort()).toEqual(names.filter((name) => name !== 'constructor').sort());
  });
});
