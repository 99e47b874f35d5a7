/**
 * `portwatch scan --deployed`: starts the deployed scan, waits for its end, and shows the recorded changes. With several accounts, only
 * starts a pass (a round of scans over all accounts) and does not wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { stackOutputs } from '../../../lambda/contract/deployed-names.ts';
import type { Severity } from '../../../lambda/firewall/index.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import type { NotedScan } from '../../../lambda/history/scan-note.ts';
import type { CallerIdentity } from '../../aws/caller-identity.ts';
import { explainErrors } from '../../aws/explain-errors.ts';
import { FunctionError, type InvokeConfig, invokeFunction } from '../../aws/function-invoker.ts';
import type { DynamoDbHistoryReader } from '../../aws/history-reader.ts';
import { findOutput, withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import type { LightEntry } from '../../questions/choose-full-entries.ts';
import { readClock, readNow } from '../../time/clock.ts';
import type { ZoneOptions } from '../../time/zone.ts';
import { decideExitCode } from './decide-exit-code.ts';
import { renderScanOutcome } from './render-scan-outcome.ts';
import { parseResult, type ScanOutcome, toScanOutcomeDocument } from './scan-outcome.ts';

interface ScanDeployedOptions extends DeploymentOptions, ZoneOptions {
  function?: string;
  exitCode?: Severity;
}

export async function runScanDeployed(options: ScanDeployedOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  // JSON needs no time zone.
  const renderTime = options.json ? null : readClock(options, context).renderTime;
  await withDeployment(options, context, async (deployment) => {
    const { account, own } = deployment;
    const functionName =
      options.function ??
      (await findOutput(options, deployment, stackOutputs.scanFunctionName, '--function', interrupted));
    const before = await own.reader.loadScans({ from: null, until: null }, 1, false);
    terminal.showProgress(`${functionName} is scanning`);
    const result = await startScan(functionName, deployment, interrupted);
    const isPass = result.accountsQueued !== undefined;
    const recorded =
      result.skipped || isPass ? { scan: null, changes: [] } : await loadRecorded(own.reader, before[0], interrupted);
    const outcome: ScanOutcome = { functionName, result, ...recorded };
    if (renderTime === null) terminal.out.print(renderJson(toScanOutcomeDocument(outcome, account)));
    else {
      const ratedBy = await own.loadRatedBy(toInstant(readNow(context)));
      terminal.out.print(renderScanOutcome(outcome, ratedBy, renderTime, terminal));
    }
    if (isPass && options.exitCode !== undefined)
      throw new CommandError(
        `The pass has only begun, so nothing is known of its findings; when it is over, run npm run portwatch -- status --exit-code ${options.exitCode}.`,
      );
    endWith(decideExitCode(outcome, options.exitCode ?? null));
  });
}

async function startScan(
  functionName: string,
  { identity, region }: { identity: CallerIdentity; region: string },
  signal: AbortSignal,
): Promise<ScanOutcome['result']> {
  try {
    const config = { region, credentials: identity.credentials };
    const answer = await explainErrors(
      invokeScan(functionName, config, signal),
      signal,
      `Function ${functionName} in ${region} could not be invoked; allow lambda:InvokeFunction on it, or give --function.`,
      {
        ResourceNotFoundException: `There is no function ${functionName} in ${region}; name it with --function, and its region with --stack-region.`,
        TooManyRequestsException: `Lambda starts no other ${functionName} for now, since a scan is running; repeat the command when it is over.`,
      },
    );
    return parseResult(answer, functionName);
  } catch (error) {
    if (signal.aborted) throw new CommandError('The scan continues in AWS, and records its results.');
    throw error;
  }
}

async function invokeScan(functionName: string, config: InvokeConfig, signal: AbortSignal): Promise<unknown> {
  try {
    return await invokeFunction(functionName, {}, config, signal);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    throw new CommandError(
      `The scan ended with an error; the log group of ${functionName} has the details. The function reported: ${error.message}`,
      { cause: error },
    );
  }
}

/** DynamoDB updates the index `timeline` after the table, so several reads can be needed until the index has all changes. */
const tries = 6;
const pauseMs = 250;

/** Reads the span that the note of the scan gives, because the clock of this machine can be wrong. */
async function loadRecorded(
  reader: DynamoDbHistoryReader,
  before: NotedScan | undefined,
  signal: AbortSignal,
): Promise<Pick<ScanOutcome, 'scan' | 'changes'>> {
  const [scan] = await reader.loadScans({ from: null, until: null }, 1, false);
  if (scan === undefined || scan.startedAt === before?.startedAt) return { scan: null, changes: [] };
  for (let attempt = 1; ; attempt += 1) {
    const changes: LightEntry[] = [];
    for await (const page of reader.readTimeline({ from: scan.startedAt, until: scan.endedAt })) changes.push(...page);
    if (changes.length >= scan.changes || attempt === tries) return { scan, changes };
    await sleep(pauseMs, undefined, { signal });
  }
}
