import { STSClient } from '@aws-sdk/client-sts';
import { withClient } from './with-client.ts';

/** The region that the SDK chooses; us-east-1 if no region is set. */
export async function resolveHomeRegion(chosen: { profile?: string }): Promise<string> {
  try {
    return await withClient(new STSClient(chosen), ({ config }) => config.region());
  } catch (error) {
    if (error instanceof Error && error.message === 'Region is missing') return 'us-east-1';
    throw error;
  }
}
