// Jest runs tests in a realm of their own, where an error made by Node's core is no `instanceof Error`: the SDK would take a reset
// connection for an unknown error and not try again. In production there is one realm; here `instanceof Error` is told to see the same.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(candidate) {
    return this === Error ? Error.isError(candidate) : Object.prototype.isPrototypeOf.call(this.prototype, candidate);
  },
});
