// Jest runs each test file in a context whose global object is a proxy, so that each use of `Array` or `Object` in the product or in
// the SDK calls into the proxy. A fifth of the time of the tests was spent there. This environment gives the context a plain global object.
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

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
  }
}
