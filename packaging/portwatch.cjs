#!/usr/bin/env node
// The command of the installed package.
'use strict';

const end = (sentence) => {
  process.stderr.write(`portwatch: ${sentence}\n`);
  process.exitCode = 2;
};

const endWithError = (error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') throw error;
  end(`a file of the package is missing; install the package again (${error.message.split('\n')[0]}).`);
};

try {
  const problem = require('./requirements.cjs').findNodeProblem();
  if (problem) end(problem);
  else {
    // The SDK warns that its future versions need a newer Node. The warning is turned off, because this package contains one fixed version
    // of the SDK.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    import('./cli/portwatch.js').catch(endWithError);
  }
} catch (error) {
  endWithError(error);
}
