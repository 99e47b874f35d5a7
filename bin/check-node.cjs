// Every script of this clone loads this file first, because an older Node would answer with a stack trace.
'use strict';

if (!process.features.typescript) {
  process.stderr.write(
    `portwatch: Node ${process.versions.node} does not run TypeScript, and the Node 24 that a clone brings along is not installed: ` +
      'run npm ci without --ignore-scripts, or use Node 22.18 or newer.\n',
  );
  process.exit(2);
}
