/**
 * Jest loads each test file and all that it imports into a context of its own, half a second of work for each of 260 files. This runtime
 * imports test files as Node does: modules are loaded once in each worker, by Node, which also strips the types.
 * Test files of one worker therefore share the modules, and the values that the modules keep. `environment.mjs` restores the environment
 * and the console after each file; `importFresh` loads a function of the product as a cold start does.
 * In watch mode, a changed file is loaded only if Jest starts new workers.
 */
const { registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Jest's test framework stores its listeners here. A test file must not get those of the previous file. */
const listeners = Symbol.for('EVENT_HANDLERS');
const globalsUrl = pathToFileURL(require.resolve('./globals.mjs')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: globalsUrl, shortCircuit: true } : next(specifier, context),
});

/** The part of `jest` that the tests use. Modules can't be mocked. */
function createJestObject(config) {
  const mocker = new ModuleMocker(globalThis);
  const timers = new ModernFakeTimers({ config, global: globalThis });
  return {
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
    useFakeTimers: timers.useFakeTimers.bind(timers),
    setSystemTime: timers.setSystemTime.bind(timers),
    useRealTimers: timers.useRealTimers.bind(timers),
  };
}

/** The methods of `jest-runtime` that Jest 30.5 calls. One instance is created for each test file. */
class NodeRuntime {
  #config;

  constructor(config) {
    this.#config = config;
  }

  /** Loads the test framework again for each test file. */
  requireInternalModule(path) {
    delete require.cache[path];
    delete globalThis[listeners];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    globalThis.jestGlobals = { ...globals, jest: createJestObject(this.#config) };
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  unstable_importModule(path) {
    return import(pathToFileURL(path).href);
  }

  getSourceMaps() {
    return null;
  }

  getAllCoverageInfoCopy() {}
  enterTestCode() {}
  leaveTestCode() {}
  teardown() {}
}

module.exports = { __esModule: true, default: NodeRuntime };
