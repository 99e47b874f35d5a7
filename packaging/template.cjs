// `portwatch template` and `portwatch member-template` load this file. It needs the CDK; every other command works without the CDK.
'use strict';

require('./requirements.cjs').requirePeers(require);
module.exports = require('./synthesise-templates.cjs');
