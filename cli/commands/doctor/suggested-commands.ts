/** The commands that the rows of `doctor` suggest. They run in a clone of the repository, with the options that choose the deployment. */
import { quoteForShell } from '../../../lambda/alerts/escape.ts';
import type { MonitorPlace } from './row.ts';

export type CommandPlace = Pick<MonitorPlace, 'region' | 'stack' | 'monitor' | 'profile'>;

/** Every word is quoted for the shell, except the names of options. */
export function awsCommand({ region, profile }: Pick<CommandPlace, 'region' | 'profile'>, ...words: string[]): string {
  const options = ['--region', region, ...(profile === null ? [] : ['--profile', profile])];
  return ['aws', ...[...words, ...options].map(quoteOption)].join(' ');
}

export function portwatchCommand({ region, stack, monitor, profile }: CommandPlace, ...words: string[]): string {
  const options = [
    ...['--stack-region', region],
    ...(stack === 'Portwatch' ? [] : ['--stack', stack]),
    ...(monitor === null ? [] : ['--monitor', monitor]),
    ...(profile === null ? [] : ['--profile', profile]),
  ];
  return ['npm run portwatch --', ...[...words, ...options].map(quoteOption)].join(' ');
}

export function cdkCommand({ region, stack, profile }: CommandPlace, ...words: string[]): string {
  const options = [stack, ...(profile === null ? [] : ['--profile', profile])];
  return [`AWS_REGION=${quoteForShell(region)} npx cdk`, ...[...words, ...options].map(quoteOption)].join(' ');
}

/** Returns the command that restores a missing or changed resource from the template, with the drift-aware change set of the CDK. */
export const revertDrift = (place: CommandPlace): string => cdkCommand(place, 'deploy', '--revert-drift');

export function revertRemedy(place: CommandPlace): { remedy: string; command: string } {
  return { remedy: 'let CloudFormation restore what the template defines', command: revertDrift(place) };
}

const quoteOption = (word: string): string => (/^--?[a-z][a-z0-9-]*$/.test(word) ? word : quoteForShell(word));
