#!/usr/bin/env node
import { buildLiveCheck } from '../cli/live-check/live-check-command.ts';
import { liveLimits } from '../cli/live-check/live-limits.ts';
import { runProgram } from '../cli/run-portwatch.ts';
import { buildTerminal } from '../cli/text/terminal.ts';

const interruption = new AbortController();
// Neither a second signal nor a closed output can end the process before the firewall is restored.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runProgram(
  (context) => buildLiveCheck(context, liveLimits),
  process.argv.slice(2),
  buildTerminal(process, process.env),
  interruption.signal,
  Boolean(process.env['PORTWATCH_DEBUG']),
);
