import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { listAccountSpots } from '../../aws/load-blind-spots.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import { warnOfExpiry } from '../../aws/warn-of-expiry.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { readClock } from '../../time/clock.ts';
import { parseSpan } from '../../time/parse-span.ts';
import type { ZoneOptions } from '../../time/zone.ts';
import { type ExportRecord, readRecords } from './read-records.ts';

interface ExportOptions extends DeploymentOptions, ZoneOptions {
  format: 'json' | 'ndjson';
  since?: string;
  until?: string;
  instance?: string;
}

export async function runExport(options: ExportOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  const span = parseSpan(options, clock);
  await withDeployment(options, context, async (deployment) => {
    const { account, names } = deployment;
    const spots = listAccountSpots(deployment, span.until);
    const head = {
      schema: 'portwatch.export/1',
      account,
      exportedAt: toInstant(clock.now),
      since: span.from,
      until: span.until,
      ...(names !== null && { blindSpots: spots }),
    };
    const print = (line: string) => terminal.out.print(line);
    const write = options.format === 'json' ? writeDocument(head, print) : writeLines(head, print);
    let count = 0;
    let hasBegun = false;
    for await (const records of readRecords(deployment, span, options.instance ?? null)) {
      // The document begins with the first records, so an error before them leaves no incomplete document.
      if (!hasBegun) write.begin();
      hasBegun = true;
      for (const record of records) write.add(record);
      count += records.length;
      terminal.showProgress(`${renderCount(count, 'record')} so far`);
    }
    write.end();
    await warnOfExpiry(deployment, span.from, clock, terminal);
    refuseIncomplete(spots, clock.renderTime, names);
  });
}

interface Writer {
  begin(): void;
  add(record: ExportRecord): void;
  end(): void;
}

function writeLines(head: object, print: (line: string) => void): Writer {
  return {
    begin: () => print(renderJson({ record: 'export', ...head }, 0)),
    add: (record) => print(renderJson(record, 0)),
    // An export without this line ended before its last record.
    end: () => print(renderJson({ record: 'end' }, 0)),
  };
}

/** Writes one JSON document with one record on each line. Each record is written as soon as it is read. */
function writeDocument(head: object, print: (line: string) => void): Writer {
  let separator = '';
  return {
    begin: () => print(`${renderJson(head, 0).slice(0, -1)},"records":[`),
    add: (record) => {
      print(`${separator}${renderJson(record, 0)}`);
      separator = ',';
    },
    end: () => print(']}'),
  };
}
