import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { type MonitorOutputs, selectMonitor } from './select-monitor.ts';

export interface DeployedStack extends MonitorOutputs {
  /** The status of the stack, such as `UPDATE_COMPLETE`. */
  status: string;
}

type StackOptions = Pick<DeploymentOptions, 'stack' | 'monitor'>;

/**
 * Returns `null` if this account and region have no stack of that name. Throws CommandError if no monitor can be selected. Throws the
 * errors of the SDK, except the error about a missing stack.
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

/** Returns the outputs of one monitor, by their names in `stackOutputs`; `null`: the stack does not exist. */
export async function loadStackOutputs(
  ...place: Parameters<typeof loadStack>
): Promise<DeployedStack['outputs'] | null> {
  return (await loadStack(...place))?.outputs ?? null;
}
