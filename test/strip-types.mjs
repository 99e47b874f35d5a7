// The very type stripping with which Node runs the CDK app, the command line and the emulators: tests run the same text.
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
