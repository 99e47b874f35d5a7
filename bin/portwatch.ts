#!/usr/bin/env node
import { runPortwatch } from '../cli/run-portwatch.ts';
import { buildTerminal } from '../cli/text/terminal.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second signal has the default effect, and ends the process at once.
  process.once(signal, () => interruption.abort());
}
// The reader of stdout may close it (`| head`); this needs no stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

process.exitCode = await runPortwatch(
  process.argv.slice(2),
  buildTerminal(process, process.env),
  interruption.signal,
  Boolean(process.env['PORTWATCH_DEBUG']),
);
