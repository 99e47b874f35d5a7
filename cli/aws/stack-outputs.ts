import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { type MonitorOutputs, selectMonitor } from './select-monitor.ts';

export interface DeployedStack extends MonitorOutputs {
  /** `UPDATE_COMPLETE`. */
  status: string;
}

type StackOptions = Pick<DeploymentOptions, 'stack' | 'monitor'>;

/**
 * `null`: this account and region has no stack of that name. Throws CommandError if no monitor can be selected, and the other errors of the
 * SDK.
 */
export async function loadStack(
  options: StackOptions,
  config: CloudFormationClientConfig,
  signal: AbortSignal,
): Promise<DeployedStack | null> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: options.stack }), {
      abortSignal: signal,
    });
    const { Outputs = [], StackStatus = '' } = Stacks?.[0] ?? {};
    const outputs = Outputs.flatMap(({ OutputKey, OutputValue }): [string, string][] =>
      OutputKey && OutputValue ? [[OutputKey, OutputValue]] : [],
    );
    return { ...selectMonitor(new Map(outputs), options), status: StackStatus };
  } catch (error) {
    // CloudFormation has no error name of its own for a missing stack.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return null;
    throw error;
  } finally {
    client.destroy();
  }
}

/** The outputs of one monitor, by their names in a clone; `null`: the stack does not exist. */
export async function loadStackOutputs(
  ...place: Parameters<typeof loadStack>
): Promise<DeployedStack['outputs'] | null> {
  return (await loadStack(...place))?.outputs ?? null;
}
