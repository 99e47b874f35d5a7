/** What a deployment says of itself: the outputs of its stack, asked of CloudFormation. For the command line; nothing that is deployed asks. */
import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

/** By the outputs' names; `null`: there is no stack of that name in this account and region. */
export async function loadStackOutputs(
  stackName: string,
  config: CloudFormationClientConfig,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }), { abortSignal: signal });
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return new Map(
      outputs.flatMap(({ OutputKey, OutputValue }) => (OutputKey && OutputValue ? [[OutputKey, OutputValue]] : [])),
    );
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return null;
    throw error;
  } finally {
    client.destroy();
  }
}
