// `portwatch template` and `portwatch member-template` load this file. Every other command works without the CDK.
'use strict';

require('./requirements.cjs').requirePeers(require);
module.exports = require('./synthesise-templates.cjs');
