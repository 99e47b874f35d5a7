/** Replaces `@jest/globals`, so that a module that test files share gets the functions of the running test file. */
const ofThisFile = (name) =>
  new Proxy(() => {}, {
    apply: (_target, _this, args) => globalThis.jestGlobals[name](...args),
    get: (_target, key) => globalThis.jestGlobals[name][key],
  });

export const describe = ofThisFile('describe');
export const test = ofThisFile('test');
export const expect = ofThisFile('expect');
export const beforeAll = ofThisFile('beforeAll');
export const beforeEach = ofThisFile('beforeEach');
export const afterAll = ofThisFile('afterAll');
export const afterEach = ofThisFile('afterEach');
export const jest = ofThisFile('jest');
