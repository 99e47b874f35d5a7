#!/usr/bin/env node
import { guardOutput } from '../cli/guard-output.ts';
import { runPortwatch } from '../cli/run-portwatch.ts';
import { buildTerminal } from '../cli/text/terminal.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // A second signal has the default effect, and ends the process at once.
  process.once(signal, () => interruption.abort());
}
const args = process.argv.slice(2);
guardOutput(process, args, (code) => process.exit(code));

process.exitCode = await runPortwatch(
  args,
  buildTerminal(process, process.env),
  interruption.signal,
  Boolean(process.env['PORTWATCH_DEBUG']),
);
