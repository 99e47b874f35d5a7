/** Compares docs/operations.md and docs/runbook.md with the template: every output that a command uses is an output of the stack. */
import { expect, test } from '@jest/globals';
import { stackOutputs } from '../../lambda/contract/deployed-names.ts';
import { readDocument } from './document.ts';

/** `<AlertTopicArn>` in a command. */
function outputsAskedIn(file: string): string[] {
  const asked = [...readDocument(file).text.matchAll(/<([A-Z]\w+)>/g)].map(([, output = '']) => output);
  return [...new Set(asked)].sort();
}

/** Two outputs are left out: the version, which only `portwatch doctor` compares, and the bus, which `portwatch member-template` names. */
const namesOfParts = Object.values(stackOutputs)
  .filter((name) => name !== stackOutputs.version && name !== stackOutputs.eventBusArn)
  .sort();

test('the outputs that the commands of operations.md ask for are those of the stack', () => {
  expect(outputsAskedIn('docs/operations.md')).toEqual(namesOfParts);
});

test('the runbook asks for no output that the stack does not have', () => {
  const known: string[] = Object.values(stackOutputs);
  const asked = outputsAskedIn('docs/runbook.md');
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((output) => !known.includes(output))).toEqual([]);
});

test('the commands that upgrade and uninstall name all stacks, since eventRegions may have made more than one', () => {
  const { text } = readDocument('docs/operations.md');
  const sectionOf = (title: string) => text.split(/^##+ /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  const commands = [sectionOf('Upgrading'), sectionOf('Uninstalling')].flatMap((section) => [
    ...section.matchAll(/^npx cdk (deploy|destroy)(.*)$/gm),
  ]);
  expect(commands.map(([command]) => command)).toEqual(['npx cdk deploy --all', 'npx cdk destroy --all']);
});
