// Every npm script of this clone that runs TypeScript loads this file first, because a Node that does not run TypeScript would answer with
// a stack trace.
'use strict';

if (!process.features.typescript) {
  process.stderr.write(
    `portwatch: Node ${process.versions.node} does not run TypeScript, and the Node 24 that a clone brings along is not installed: ` +
      'run npm ci without --ignore-scripts, or use Node 22.18 or newer.\n',
  );
  process.exit(2);
}

// Node keeps the compiled code between processes, so a command starts in a third of the time. The folder for temporary files is not used,
// because other users of the machine could store code there.
require('node:module').enableCompileCache?.(require('node:path').join(__dirname, '../node_modules/.cache/compiled'));
