/** The outputs and the status of a deployed stack, from CloudFormation; for the command line only. */
import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

export interface DeployedStack {
  /** By name. */
  outputs: ReadonlyMap<string, string>;
  /** `UPDATE_COMPLETE`. */
  status: string;
}

/** `null`: this account and region has no stack of that name. */
export async function loadStack(
  stackName: string,
  config: CloudFormationClientConfig,
  signal: AbortSignal,
): Promise<DeployedStack | null> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }), { abortSignal: signal });
    const { Outputs = [], StackStatus = '' } = Stacks?.[0] ?? {};
    const outputs = Outputs.flatMap(({ OutputKey, OutputValue }): [string, string][] =>
      OutputKey && OutputValue ? [[OutputKey, OutputValue]] : [],
    );
    return { outputs: new Map(outputs), status: StackStatus };
  } catch (error) {
    // CloudFormation has no error of its own for a missing stack.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return null;
    throw error;
  } finally {
    client.destroy();
  }
}

/** The outputs alone, by name; `null`: there is no such stack. */
export async function loadStackOutputs(
  ...place: Parameters<typeof loadStack>
): Promise<DeployedStack['outputs'] | null> {
  return (await loadStack(...place))?.outputs ?? null;
}
