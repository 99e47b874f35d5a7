/**
 * A stand-in for AWS CloudFormation on loopback: `DescribeStacks` of one stack by its name, with the stack's outputs, and
 * `ListStackResources`, with seven resources on each page.
 */
import { describeForm, queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

export interface CloudFormationEmulator extends StandIn {
  /** Replaces a stack of the same name. */
  setStack(name: string, outputs: Outputs, resources?: readonly EmulatedResource[], status?: string): void;
}

type Outputs = Readonly<Record<string, string>>;

export interface EmulatedResource {
  type: string;
  logicalId: string;
  physicalId: string;
}

interface Stack {
  outputs: Outputs;
  resources: readonly EmulatedResource[];
  status: string;
}

const dialect = { namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' };

export async function startCloudFormationEmulator(options: StandInOptions = {}): Promise<CloudFormationEmulator> {
  const stacks = new Map<string, Stack>();
  const standIn = await startStandIn(
    {
      describe: (exchange) => describeForm(exchange, null),
      perform: ({ body }, { operation }) => {
        const form = new URLSearchParams(body);
        const name = form.get('StackName') ?? '';
        const stack = stacks.get(name);
        // The service returns this error text for a missing stack.
        if (stack === undefined)
          throw new Refusal({ name: 'ValidationError', message: `Stack with id ${name} does not exist` });
        if (operation === 'ListStackResources')
          return queryReply(dialect, operation, listResources(stack, Number(form.get('NextToken') ?? 0)));
        if (operation !== 'DescribeStacks') throw new Refusal({ name: 'InvalidAction' });
        return queryReply(dialect, operation, { Stacks: { member: describeStack(name, stack) } });
      },
      renderError: (answer) => queryError(dialect, answer),
    },
    options,
  );
  return {
    ...standIn,
    setStack: (name, outputs, resources = [], status = 'UPDATE_COMPLETE') =>
      void stacks.set(name, { outputs, resources, status }),
  };
}

function describeStack(name: string, { outputs, status }: Stack) {
  return {
    StackName: name,
    StackStatus: status,
    CreationTime: '2026-11-23T10:00:00.000Z',
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ member: { OutputKey, OutputValue } })),
  };
}

/**
 * The service returns up to 100 resources on a page. With seven resources on a page, a healthy monitor has two pages, so tests read more
 * than one page.
 */
const pageSize = 7;

function listResources({ resources }: Stack, start: number) {
  const page = resources.slice(start, start + pageSize);
  return {
    StackResourceSummaries: page.map(({ type, logicalId, physicalId }) => ({
      member: {
        ResourceType: type,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: '2026-11-23T10:00:00.000Z',
      },
    })),
    ...(start + pageSize < resources.length ? { NextToken: String(start + pageSize) } : {}),
  };
}
