/** A file of the installed package is missing. */
export class PackageError extends Error {
  /** The name of the class. */
  override readonly name = 'PackageError';

  constructor(file: string) {
    super(`The file ${file} of Portwatch is missing; install the package again.`);
  }
}
