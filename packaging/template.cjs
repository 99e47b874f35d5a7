// What `portwatch template` loads. It needs the CDK, without which every other command works.
'use strict';

require('./requirements.cjs').requirePeers(require);
module.exports = require('./synthesise-templates.cjs');
