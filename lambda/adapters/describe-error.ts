/** `AccessDeniedException: User … is not authorized`: the name and the message of an error of an AWS call. Text from outside. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message || error.name}` : String(error);
}
