/**
 * Throws `error` so that Node, and with it the command line of the CDK, shows nothing but its message if nobody catches it: a stack trace
 * would show the code of Portwatch, and hide the message.
 */
export function throwSentence(error: Error): never {
  error.stack = `${error.name}: ${error.message}`;
  // Node prints the line that throws above the message, unless the line contains this text (`GetErrorSource` in its node_errors.cc).
  throw { error, text: 'node-do-not-add-exception-line' }.error;
}
