/** Example: `AccessDeniedException: User … is not authorized`. Can contain text from outside. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message || error.name}` : String(error);
}
