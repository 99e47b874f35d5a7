/** A stand-in for AWS CloudFormation on loopback: `DescribeStacks` of one stack by its name, with the stack's outputs. */
import { describeForm, queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

export interface CloudFormationEmulator extends StandIn {
  /** Deploys a stack, or replaces its outputs. */
  setStack(name: string, outputs: Readonly<Record<string, string>>): void;
}

const dialect = { namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' };

export async function startCloudFormationEmulator(options: StandInOptions = {}): Promise<CloudFormationEmulator> {
  const stacks = new Map<string, Readonly<Record<string, string>>>();
  const standIn = await startStandIn(
    {
      describe: (exchange) => describeForm(exchange, null),
      perform: ({ body }, { operation }) => {
        if (operation !== 'DescribeStacks') throw new Refusal({ name: 'InvalidAction' });
        const name = new URLSearchParams(body).get('StackName') ?? '';
        return queryReply(dialect, operation, { Stacks: { member: describeStack(name, stacks.get(name)) } });
      },
      renderError: (answer) => queryError(dialect, answer),
    },
    options,
  );
  return { ...standIn, setStack: (name, outputs) => void stacks.set(name, outputs) };
}

/** The error text for a missing stack is the service's own. */
function describeStack(name: string, outputs: Readonly<Record<string, string>> | undefined) {
  if (outputs === undefined)
    throw new Refusal({ name: 'ValidationError', message: `Stack with id ${name} does not exist` });
  return {
    StackName: name,
    StackStatus: 'UPDATE_COMPLETE',
    CreationTime: '2026-11-23T10:00:00.000Z',
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ member: { OutputKey, OutputValue } })),
  };
}
