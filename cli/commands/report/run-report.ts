import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { callerPath } from '../../options/caller-path.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { parseAll } from '../../options/parse-all.ts';
import { loadReportInputs } from '../../report/load-report-input.ts';
import { refuseUnwritable } from '../../report/write-file-whole.ts';
import { writeReport } from '../../report/write-report.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { type Clock, readClock } from '../../time/clock.ts';
import { parseSpan, refuseFarFuture, refuseFuture } from '../../time/parse-span.ts';
import type { ZoneOptions } from '../../time/zone.ts';

interface ReportOptions extends DeploymentOptions, ZoneOptions {
  out: string;
  since: string;
  until?: string;
}

/**
 * Throws CommandError if the options are wrong, the table cannot be read, or the file cannot be written. Also throws CommandError after the
 * file is written, if accounts are missing in it.
 */
export async function runReport(options: ReportOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted } = context;
  const clock = readClock(options, context);
  const [span] = parseAll(
    () => readSpan(options, clock),
    () => refuseUnwritablePath(options.out),
  );
  const input = await withDeployment(options, context, (deployment) => {
    refuseFuture(span.until, clock);
    return loadReportInputs(deployment, span, (line) => terminal.showProgress(line));
  });
  terminal.showProgress('putting the page together');
  try {
    terminal.err.print(await writeReport(input, options.out, terminal, interrupted));
  } finally {
    terminal.showProgress(null);
  }
  refuseIncomplete(input.hidden, clock.renderTime, input.names);
}

/** `-` is stdout. */
function refuseUnwritablePath(out: string): void {
  if (out !== '-') refuseUnwritable(callerPath(out));
}

function readSpan(options: ReportOptions, clock: Clock): { from: string; until: string } {
  const { from, until } = parseSpan(options, clock);
  refuseFarFuture(until, clock);
  return { from, until };
}
