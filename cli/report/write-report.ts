import { renderPlain } from '../../lambda/alerts/escape.ts';
import { renderCount } from '../../lambda/alerts/render-count.ts';
import { callerPath } from '../options/caller-path.ts';
import type { Terminal } from '../text/terminal.ts';
import { buildPage } from './build-page.ts';
import { buildReportData, type ReportInput } from './data/build-report-data.ts';
import { writeFileWhole } from './write-file-whole.ts';

/**
 * Writes the page to a file, relative to the caller's folder, or to stdout (`-`). Returns one sentence that names the absolute path, or
 * stdout.
 */
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
  const content = `${renderCount(data.instances.length, 'instance')}, ${renderCount(changes, 'change')}, ${size}`;
  if (out === '-') {
    stdout.print(page.trimEnd());
    return `Wrote the report to stdout: ${content}.`;
  }
  const file = callerPath(out);
  await writeFileWhole(file, page, interrupted);
  return `Wrote ${renderPlain(file, 4_000)}: ${content}. Open it in a browser.`;
}
