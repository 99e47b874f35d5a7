#!/usr/bin/env node
import { buildLiveCheck } from '../cli/live-check/build-live-check.ts';
import { runProgram } from '../cli/run-portwatch.ts';
import { buildTerminal } from '../cli/text/terminal.ts';

const interruption = new AbortController();
// On every signal: a second signal must not end the process before the firewall is restored. The same holds if nobody reads the output.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** CloudTrail has a record within 5 minutes on average, and gives no guarantee. */
const limits = { pauseMs: 500, showsWithinMs: 60_000, soonMs: 10_000, recordsWithinMs: 20 * 60_000 };

process.exitCode = await runProgram(
  (context) => buildLiveCheck(context, limits),
  process.argv.slice(2),
  buildTerminal(process, process.env),
  interruption.signal,
  Boolean(process.env['PORTWATCH_DEBUG']),
);
