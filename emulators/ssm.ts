/**
 * A stand-in for the parameter store of AWS Systems Manager on loopback: only `GetParameter`. To refuse access, the caller sets the fault
 * `{ kind: 'error', name: 'AccessDeniedException' }`.
 */
import { z } from 'zod';
import { describeJson, jsonError, jsonReply, parseParams } from './wire/json-protocol.ts';
import type { Exchange } from './wire/loopback-server.ts';
import { Refusal } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

const parameterSchema = z.strictObject({
  name: z.string().min(1),
  value: z.string(),
  type: z.enum(['String', 'SecureString']).default('SecureString'),
});

type SsmParameter = z.input<typeof parameterSchema>;

export interface SsmEmulator extends StandIn {
  /** The parameter exists in every region. Default type: `SecureString`. */
  setParameter(parameter: SsmParameter): void;
}

export async function startSsmEmulator(options: StandInOptions = {}): Promise<SsmEmulator> {
  const parameters = new Map<string, z.output<typeof parameterSchema>>();
  const setParameter = (input: unknown) => {
    const parameter = parameterSchema.parse(input);
    parameters.set(parameter.name, parameter);
  };
  const standIn = await startStandIn(
    {
      routes: { get: {}, post: { 'set-parameter': setParameter } },
      describe: (exchange) => describeJson(exchange, 'AmazonSSM', 'ssm'),
      perform: (exchange, { operation, region }) => jsonReply(getParameter(exchange, operation, region, parameters)),
      renderError: jsonError,
    },
    options,
  );
  return { ...standIn, setParameter };
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
      // Without decryption the service returns ciphertext. The stand-in returns a text that is not the secret.
      Value: isReadable ? parameter.value : Buffer.from(`encrypted:${name}`).toString('base64'),
      Version: 1,
      DataType: 'text',
    },
  };
}
