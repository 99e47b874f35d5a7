import type {
  GetInstancePortStatesCommand,
  GetInstancesCommand,
  GetRegionsCommand,
  LightsailClient,
} from '@aws-sdk/client-lightsail';

export type AnyCommand = GetInstancePortStatesCommand | GetInstancesCommand | GetRegionsCommand;

/**
 * Sends a command and returns the JSON of the answer with its unknown fields and nulls. The SDK signs, retries, and turns error
 * answers into its typed errors; only a successful answer is parsed from the bytes.
 */
export async function captureRawAnswer(
  client: LightsailClient,
  command: AnyCommand,
  signal: AbortSignal,
): Promise<unknown> {
  let answer: unknown;
  // The middleware stacks of the three commands differ in types only.
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
    // The first deserialising step after the response: the SDK's own step parses the bytes later. A throttled command is sent again.
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
