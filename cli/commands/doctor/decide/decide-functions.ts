import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import type { FunctionFacts } from '../../../aws/monitor/read-function.ts';
import { deletedRow } from '../deleted-row.ts';
import { failureRow, okRow, type Row, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace, revertDrift, revertRemedy } from '../suggested-commands.ts';

/** If `facts` is `null`, the function does not exist. `concurrency` is the reserved concurrency; `null`: no concurrency is reserved. */
export function decideFunction(
  name: string,
  facts: FunctionFacts | null,
  concurrency: number | null,
  place: CommandPlace,
): Row {
  const row = { check: 'function', resource: name } as const;
  if (facts === null) return deletedRow(row, 'function', place);
  if (concurrency === 0)
    return failureRow(row, {
      found: 'its reserved concurrency is 0, so Lambda refuses every invocation',
      expected: 'no reserved concurrency',
      remedy: 'remove the limit',
      command: awsCommand(place, 'lambda', 'delete-function-concurrency', '--function-name', name),
    });
  if (facts.state !== 'Active' && facts.state !== 'Inactive')
    return (facts.state === 'Failed' ? failureRow : warningRow)(row, {
      found: `its state is ${facts.state}${facts.stateReason === '' ? '' : ` (${facts.stateReason})`}`,
      expected: 'state Active',
      remedy:
        facts.state === 'Failed'
          ? 'let CloudFormation restore what the template defines'
          : 'wait for a minute, and run this command again',
      command: facts.state === 'Failed' ? revertDrift(place) : null,
    });
  if (facts.lastUpdate === 'Failed')
    return warningRow(row, {
      found: 'the last update of its code or configuration failed',
      expected: 'the last update succeeded',
      ...revertRemedy(place),
    });
  const limit = concurrency === null ? '' : `, with a reserved concurrency of ${concurrency}`;
  return okRow(row, `exists and can run${limit}`);
}

interface DayCounts {
  invocations: number;
  errors: number;
  throttles: number;
}

export function decideFunctionErrors(
  name: string,
  { invocations, errors, throttles }: DayCounts,
  place: CommandPlace,
): Row {
  const row = { check: 'function-errors', resource: name } as const;
  const found = `in 24 hours ${renderCount(invocations, 'invocation')}, ${renderCount(errors, 'error')}, ${renderCount(throttles, 'throttle')}`;
  if (errors === 0 && throttles === 0) return okRow(row, found);
  const isDown = invocations === errors;
  return (isDown ? failureRow : warningRow)(row, {
    found,
    expected: 'no errors and no throttles',
    remedy:
      errors > 0
        ? 'read the error in the log of the function'
        : "see what uses the account's concurrency: docs/runbook.md#a-scan-was-throttled",
    command: errors > 0 ? logsCommand(name, place) : awsCommand(place, 'lambda', 'get-account-settings'),
  });
}

/** The command reads the name of the log group from the function, because the log group does not have Lambda's default name. */
function logsCommand(name: string, place: CommandPlace): string {
  const words = ['--function-name', name, '--query', 'LoggingConfig.LogGroup', '--output', 'text'];
  const group = awsCommand(place, 'lambda', 'get-function-configuration', ...words);
  return `aws logs tail "$(${group})" ${awsCommand(place, '--since', '1d').slice('aws '.length)}`;
}
