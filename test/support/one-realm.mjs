// Jest runs tests in a realm of their own, and errors of Node's core belong to another realm, so `instanceof Error` is false for them.
// The SDK would then not retry after a reset connection. In production there is one realm. Here `instanceof Error` accepts both realms.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(candidate) {
    return this === Error ? Error.isError(candidate) : Object.prototype.isPrototypeOf.call(this.prototype, candidate);
  },
});
