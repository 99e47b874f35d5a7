// The construct, for `require`; index.js gives the same classes to `import`.
'use strict';

try {
  const { findNodeProblem, refuse, requirePeers } = require('./requirements.cjs');
  const problem = findNodeProblem();
  if (problem) refuse(problem);
  requirePeers(require);
  module.exports = require('./construct.cjs');
} catch (error) {
  nameMissingFile(error);
  throw error;
}

/** This function is not in a separate file, because a separate file could itself be missing. */
function nameMissingFile(error) {
  const [, name] = /^Cannot find module '\.\/([\w.-]+)'/.exec(error.message) ?? [];
  if (error.code !== 'MODULE_NOT_FOUND' || name === undefined) return;
  error.message = `The file ${__dirname}/${name} of Portwatch is missing; install the package again.`;
  error.stack = `Error: ${error.message}`;
}
