declare global {
  var importOutside: (specifier: string) => Promise<unknown>;
}

/**
 * Imports a package, or a file of the repository by its path, outside of the context of the test file: a worker of Jest loads the module
 * once, and not once for each test file. For the CDK, which takes half a second to load. The module has its own `process.env`, real timers
 * and its own `Error`. In watch mode, a changed module is not loaded again.
 */
export async function importOnce<Module>(specifier: string): Promise<Module> {
  return (await globalThis.importOutside(specifier)) as Module;
}
