import type {
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';

export type AnyCommand = GetInstancePortStatesCommand | GetInstancesCommand | GetRegionsCommand;

/**
 * Sends a command and returns the JSON of the answer, with fields that the SDK does not know, and with nulls. Throws the errors of the SDK,
 * and a SyntaxError if the answer is not JSON.
 */
export async function captureRawAnswer(
  client: LightsailClient,
  command: AnyCommand,
  signal: AbortSignal,
): Promise<unknown> {
  let answer: unknown;
  // The middleware stacks of the commands in `AnyCommand` differ only in their types.
  const anyCommand = command as GetRegionsCommand;
  anyCommand.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const response = output.response;
      if (isHttpResponse(response) && response.statusCode < 300) {
        const bytes = await collectBytes(response.body);
        answer = JSON.parse(bytes.toString('utf8'));
        response.body = bytes;
      }
      return output;
    },
    // `low`: runs before the SDK parses the bytes. `override`: replaces this middleware if the caller sends a throttled command again.
    { step: 'deserialize', priority: 'low', name: 'captureRawAnswer', override: true },
  );
  await client.send(anyCommand, { abortSignal: signal });
  return answer;
}

function isHttpResponse(value: unknown): value is { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array } {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'body' in value;
}

async function collectBytes(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
