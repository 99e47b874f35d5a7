/**
 * Lists the resources of a deployed stack, from CloudFormation. CloudFormation generates the names of resources, so the command line reads
 * each name.
 */
import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { expectList } from '../../lambda/adapters/expect-list.ts';
import { withClient } from './with-client.ts';

export interface StackResource {
  /** For example `AWS::Lambda::Function`. */
  type: string;
  logicalId: string;
  /** A name, an ARN or a URL, as `Ref` returns it. */
  physicalId: string;
}

/** Deleted resources are left out. Throws the errors of the SDK. */
export function listStackResources(
  stackName: string,
  config: CloudFormationClientConfig,
  signal: AbortSignal,
): Promise<StackResource[]> {
  return withClient(new CloudFormationClient(config), async (client) => {
    const found: StackResource[] = [];
    const pages = paginateListStackResources({ client }, { StackName: stackName }, { abortSignal: signal });
    for await (const page of pages)
      for (const summary of expectList(page.StackResourceSummaries, 'StackResourceSummaries', 'ListStackResources')) {
        const { ResourceType, LogicalResourceId, PhysicalResourceId, ResourceStatus } = summary;
        if (!ResourceType || !LogicalResourceId || !PhysicalResourceId || ResourceStatus === 'DELETE_COMPLETE')
          continue;
        found.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
      }
    return found;
  });
}
