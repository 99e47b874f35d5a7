/** The resources of a deployed stack, from CloudFormation: names are made by the deployment, and no command guesses them. */
import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { withClient } from './with-client.ts';

export interface StackResource {
  /** `AWS::Lambda::Function`. */
  type: string;
  logicalId: string;
  /** A name, an ARN or a URL, as `Ref` returns it. */
  physicalId: string;
}

/** Resources that are deleted are left out. Throws what the SDK throws. */
export function listStackResources(
  stackName: string,
  config: CloudFormationClientConfig,
  signal: AbortSignal,
): Promise<StackResource[]> {
  return withClient(new CloudFormationClient(config), async (client) => {
    const found: StackResource[] = [];
    const pages = paginateListStackResources({ client }, { StackName: stackName }, { abortSignal: signal });
    for await (const page of pages)
      for (const {
        ResourceType,
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus,
      } of page.StackResourceSummaries ?? []) {
        if (!ResourceType || !LogicalResourceId || !PhysicalResourceId || ResourceStatus === 'DELETE_COMPLETE')
          continue;
        found.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
      }
    return found;
  });
}
