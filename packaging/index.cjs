// The construct, for `require`; index.js gives the same classes to `import`.
'use strict';

const { findNodeProblem, refuse, requirePeers } = require('./requirements.cjs');

const problem = findNodeProblem();
if (problem) refuse(problem);
requirePeers(require);
module.exports = require('./construct.cjs');
