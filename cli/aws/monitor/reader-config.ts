import { clientSettings, defaultTimeouts } from '../../../lambda/adapters/client-settings.ts';
import type { CallerIdentity } from '../caller-identity.ts';

export interface ReaderConfig {
  region: string;
  credentials: CallerIdentity['credentials'];
}

/** At most three attempts, because a person waits for the answer. */
export const readerSettings = ({ region, credentials }: ReaderConfig) => ({
  ...clientSettings({ ...defaultTimeouts, maxAttempts: 3 }),
  region,
  credentials,
});

/** The names of the errors for a resource that does not exist: of DynamoDB, EventBridge, Lambda, Scheduler, SNS, SQS. */
const absentErrors: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'TableNotFoundException',
  'NotFound',
  'NotFoundException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

/** Returns the answer of `request`; `null`: the resource does not exist. Throws the errors that are not in `absentErrors`. */
export async function readOrNull<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && absentErrors.has(error.name)) return null;
    throw error;
  }
}
