/** A stand-in for AWS CloudFormation on loopback: `DescribeStacks` of one stack by its name, so that a command can ask for its outputs. */
import { isControl, serveControl } from './wire/control.ts';
import { startLoopbackServer } from './wire/loopback-server.ts';
import { queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface CloudFormationEmulatorOptions {
  port?: number;
  now?: () => number;
}

export interface CloudFormationEmulator extends Scripted {
  url: string;
  close(): Promise<void>;
  /** Deploys a stack, or changes its outputs. */
  setStack(name: string, outputs: Readonly<Record<string, string>>): void;
}

const dialect = { namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' };

export async function startCloudFormationEmulator(
  options: CloudFormationEmulatorOptions = {},
): Promise<CloudFormationEmulator> {
  const stacks = new Map<string, Readonly<Record<string, string>>>();
  const script = new Script(options.now);
  const routes = scriptRoutes(script);
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const form = new URLSearchParams(exchange.body);
    const operation = form.get('Action') ?? '';
    const subject = { operation, region: null, params: Object.fromEntries(form), body: exchange.body };
    await script.run(exchange, subject, {
      perform: () => {
        if (operation !== 'DescribeStacks') throw new Refusal({ name: 'InvalidAction' });
        const name = form.get('StackName') ?? '';
        return queryReply(dialect, operation, { Stacks: { member: describeStack(name, stacks.get(name)) } });
      },
      renderError: (answer) => queryError(dialect, answer),
    });
  }, options);
  return {
    ...scriptedBy(script),
    url: server.url,
    close: () => server.close(),
    setStack: (name, outputs) => void stacks.set(name, outputs),
  };
}

/** The service's own words for a stack that is not there. */
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
