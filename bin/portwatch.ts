#!/usr/bin/env node
import { runPortwatch } from '../cli/run-portwatch.ts';
import { buildTerminal } from '../cli/text/terminal.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: who asks a second time means at once, and gets the system's default.
  process.once(signal, () => interruption.abort());
}
// Whoever reads our stdout may stop reading (`| head`): no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

process.exitCode = await runPortwatch(
  process.argv.slice(2),
  buildTerminal(process, process.env),
  interruption.signal,
  Boolean(process.env['PORTWATCH_DEBUG']),
);
