/**
 * A stand-in for the parameter store of AWS Systems Manager on loopback: `GetParameter` alone. Access denied is a fault:
 * `{ kind: 'error', name: 'AccessDeniedException' }`.
 */
import { z } from 'zod';
import { isControl, mergeRoutes, serveControl } from './wire/control.ts';
import { jsonError, jsonReply, looseParams, parseParams, parseTarget, signedRegion } from './wire/json-protocol.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

const parameterSchema = z.strictObject({
  name: z.string().min(1),
  value: z.string(),
  type: z.enum(['String', 'SecureString']).default('SecureString'),
});

export type SsmParameter = z.input<typeof parameterSchema>;

export interface SsmEmulator extends Scripted {
  url: string;
  /** Known in every region; a `SecureString` unless said otherwise. */
  setParameter(parameter: SsmParameter): void;
  close(): Promise<void>;
}

export async function startSsmEmulator(options: { port?: number; now?: () => number } = {}): Promise<SsmEmulator> {
  const script = new Script(options.now);
  const parameters = new Map<string, z.output<typeof parameterSchema>>();
  const setParameter = (input: unknown) => {
    const parameter = parameterSchema.parse(input);
    parameters.set(parameter.name, parameter);
  };
  const routes = mergeRoutes(scriptRoutes(script), { get: {}, post: { 'set-parameter': setParameter } });
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const operation = parseTarget(exchange, 'AmazonSSM');
    const region = signedRegion(exchange, 'ssm');
    const subject = { operation, region, params: looseParams(exchange), body: exchange.body };
    await script.run(exchange, subject, {
      perform: () => jsonReply(getParameter(exchange, operation, region, parameters)),
      renderError: jsonError,
    });
  }, options);
  return {
    setParameter,
    ...scriptedBy(script),
    url: server.url,
    close: () => server.close(),
  };
}

function getParameter(
  exchange: Exchange,
  operation: string,
  region: string | null,
  parameters: Map<string, z.output<typeof parameterSchema>>,
): unknown {
  if (region === null) throw new Refusal({ name: 'MissingAuthenticationTokenException' });
  if (operation !== 'GetParameter') throw new Refusal({ name: 'UnknownOperationException' });
  const { Name: name, WithDecryption: withDecryption } = parseParams(exchange);
  if (typeof name !== 'string' || name === '')
    throw new Refusal({ name: 'ValidationException', message: 'Name is missing' });
  const parameter = parameters.get(name);
  if (parameter === undefined)
    throw new Refusal({ name: 'ParameterNotFound', message: `Parameter ${name} not found.` });
  const isReadable = parameter.type === 'String' || withDecryption === true;
  return {
    Parameter: {
      Name: name,
      Type: parameter.type,
      // Without decryption the service answers ciphertext; any text that is not the secret stands for it.
      Value: isReadable ? parameter.value : Buffer.from(`encrypted:${name}`).toString('base64'),
      Version: 1,
      DataType: 'text',
    },
  };
}
