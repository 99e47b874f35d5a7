/**
 * A stand-in on loopback for a service of the AWS JSON protocol: CloudWatch, EventBridge or SQS. The caller sets the function that answers
 * each operation. Any other operation is refused as unknown.
 */
import { describeJson, jsonError, jsonReply, parseParams } from './wire/json-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

/** Can throw a Refusal. */
type JsonOperation = (params: Record<string, unknown>, region: string | null) => unknown;

export interface JsonServiceEmulator extends StandIn {
  setOperation(name: string, perform: JsonOperation): void;
}

/** The prefix of `x-amz-target`, and the name in the signature. */
const services = {
  cloudwatch: { prefix: 'GraniteServiceVersion20100801', signedAs: 'monitoring' },
  eventbridge: { prefix: 'AWSEvents', signedAs: 'events' },
  sqs: { prefix: 'AmazonSQS', signedAs: 'sqs' },
} as const;

export async function startJsonServiceEmulator(
  service: keyof typeof services,
  options: StandInOptions = {},
): Promise<JsonServiceEmulator> {
  const { prefix, signedAs } = services[service];
  const operations = new Map<string, JsonOperation>();
  const standIn = await startStandIn(
    {
      describe: (exchange) => describeJson(exchange, prefix, signedAs),
      perform: (exchange, { operation, region }) => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationTokenException', status: 403 });
        const perform = operations.get(operation);
        if (perform === undefined) throw new Refusal({ name: 'UnknownOperationException' });
        return jsonReply(perform(parseParams(exchange), region));
      },
      renderError: jsonError,
    },
    options,
  );
  return { ...standIn, setOperation: (name, perform) => void operations.set(name, perform) };
}
