// The construct, for `import`. There is one copy of each class, so that `instanceof` works wherever the package is loaded from.
export * from './index.cjs';
