// Jest transforms TypeScript with the type stripping of Node, which also runs the CDK app, the command line and the emulators.
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
