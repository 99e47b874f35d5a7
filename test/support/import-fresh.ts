let imports = 0;

/**
 * Imports a file of the repository, given by its path, like a cold start: values that the file keeps between invocations are new. The files
 * that it imports are not loaded again.
 */
export function importFresh<Module>(path: string): Promise<Module> {
  imports += 1;
  return import(`${new URL(`../../${path}`, import.meta.url).href}?import=${imports}`) as Promise<Module>;
}
