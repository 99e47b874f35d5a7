/**
 * Returns, for example, `AccessDeniedException: User … is not authorized`. The text can come from AWS, so the caller must make it
 * printable.
 */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message || error.name}` : String(error);
}
