import { fileURLToPath } from 'node:url';

const consoleMethods = ['debug', 'error', 'info', 'log', 'trace', 'warn'];

/** The environment of a test file in its process. After the file these are restored: environment variables, console, exit code, mocks. */
export default class NodeEnvironment {
  /** Jest sets `console` here. */
  global = {};
  #env = process.env;
  #variables = { ...process.env };
  #console = { ...console };

  async setup() {
    // The CDK's check of a template takes 2 s; test/lib/nag.test.ts turns it on.
    process.env['CDK_VALIDATION'] = 'false';
    process.env['CDK_DISABLE_STACK_TRACE'] = '1';
    // Node keeps compiled code between processes: a process that a test starts needs half of the time. `bin/check-node.cjs` uses this folder.
    process.env['NODE_COMPILE_CACHE'] = fileURLToPath(
      new URL('../../../node_modules/.cache/compiled', import.meta.url),
    );
    // Jest maps stack traces to sources. Here the running code is the source, and the CDK reads a stack trace for each property.
    Error.prepareStackTrace = undefined;
    Error.stackTraceLimit = 8;
    for (const method of consoleMethods) console[method] = (...args) => this.global.console[method](...args);
  }

  async teardown() {
    globalThis.jestGlobals?.jest.restoreAllMocks();
    process.env = this.#env;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    process.exitCode = undefined;
    Object.assign(console, this.#console);
  }

  /** A test that asserts nothing cannot fail, so it is reported as failed. */
  handleTestEvent({ name, test }) {
    if (name === 'test_fn_success' && globalThis.jestGlobals.expect.getState().assertionCalls === 0)
      test.errors.push(new Error('The test has no assertion, so it cannot fail.'));
  }

  getVmContext() {
    return null;
  }
}
