import { countOf } from '../../../lambda/alerts/count-of.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { callerPath } from '../../options/caller-path.ts';
import { readClock } from '../../options/clock.ts';
import type { DeploymentOptions, ZoneOptions } from '../../options/deployment-options.ts';
import { parseSpan, refuseFuture } from '../../options/parse-span.ts';
import { buildPage } from '../../report/build-page.ts';
import { buildReportData, type ReportInput } from '../../report/data/build-report-data.ts';
import { loadReportInputs } from '../../report/load-report-input.ts';
import { writeWhole } from '../../report/write-whole.ts';
import { refuseIncomplete } from '../../text/describe-blind-spot.ts';
import type { Terminal } from '../../text/terminal.ts';

export interface ReportOptions extends DeploymentOptions, ZoneOptions {
  out: string;
  since: string;
  until?: string;
}

/** Throws CommandError if the table cannot be read, or the file cannot be written. */
export async function runReport(options: ReportOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context;
  const span = readSpan(options);
  const input = await withDeployment(options, context, (deployment) =>
    loadReportInputs(deployment, span, (line) => terminal.showProgress(line)),
  );
  terminal.showProgress('putting the page together');
  try {
    terminal.err.print(await writeReport(input, options.out, terminal, interrupted));
  } finally {
    terminal.showProgress(null);
  }
  refuseIncomplete(input.hidden, readClock(options).renderTime, input.names);
}

/** Writes the page to a file, relative to the caller's folder, or to stdout (`-`). Returns one sentence with the absolute path. */
export async function writeReport(
  input: ReportInput,
  out: string,
  { out: stdout }: Terminal,
  interrupted: AbortSignal,
): Promise<string> {
  const data = buildReportData(input);
  const page = await buildPage(data);
  const changes = data.instances.reduce((sum, instance) => sum + instance.changes.length, 0);
  const size = `${(page.length / 1e6).toFixed(1)} MB`;
  const content = `${countOf(data.instances.length, 'instance')}, ${countOf(changes, 'change')}, ${size}`;
  if (out === '-') {
    stdout.print(page.trimEnd());
    return `Wrote the report to stdout: ${content}.`;
  }
  const file = callerPath(out);
  await writeWhole(file, page, interrupted);
  return `Wrote ${renderPlain(file, 4_000)}: ${content}. Open it in a browser.`;
}

function readSpan(options: ReportOptions): { from: string; until: string } {
  const clock = readClock(options);
  const { from, until } = parseSpan(options, clock);
  refuseFuture(until, clock);
  return { from, until };
}
