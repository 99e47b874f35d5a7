/** If the error is not caught, Node and the command line of the CDK show only its message, without code of Portwatch. */
export function throwWithoutStack(error: Error): never {
  error.stack = `${error.name}: ${error.message}`;
  // Above the message, Node prints the line that throws, unless the line contains this text (`GetErrorSource` in its node_errors.cc).
  throw { error, text: 'node-do-not-add-exception-line' }.error;
}
