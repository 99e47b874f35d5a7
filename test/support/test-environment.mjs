import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const repository = new URL('../../', import.meta.url);

/**
 * Jest runs each test file in a context whose global object is a proxy, so that each use of `Array` or `Object` in the product or in the
 * SDK calls into the proxy. A fifth of the time of the tests was spent there. This environment gives the context a plain global object.
 */
export default class PlainGlobals extends TestEnvironment {
  constructor(...settings) {
    const { createContext } = vm;
    // Jest has no option for it, and creates the context in its constructor, synchronously.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...settings);
    } finally {
      vm.createContext = createContext;
    }
    // For `import-once.ts`: this file is not in the context of a test file, and modules that it imports are not either.
    this.global.importOutside = (specifier) =>
      import(specifier.endsWith('.ts') ? new URL(specifier, repository).href : specifier);
  }
}
