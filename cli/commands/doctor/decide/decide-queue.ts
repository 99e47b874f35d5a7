import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import type { QueueFacts } from '../../../aws/monitor/read-queue.ts';
import { deletedRow } from '../deleted-row.ts';
import { failureRow, okRow, type Row } from '../row.ts';
import { awsCommand, type CommandPlace } from '../suggested-commands.ts';

/**
 * If `facts` is `null`, the queue does not exist. A message in a dead-letter queue is a failure. Messages in any other queue are normal.
 */
export function decideQueue(url: string, facts: QueueFacts | null, place: CommandPlace): Row {
  const row = { check: 'queue', resource: url.split('/').at(-1) ?? url } as const;
  if (facts === null) return deletedRow(row, 'queue', place);
  const { waiting, inFlight, hasDeadLetters } = facts;
  const messages = waiting + inFlight;
  if (hasDeadLetters) return okRow(row, `${renderCount(messages, 'message')} to be processed`);
  if (messages === 0) return okRow(row, 'no dead letters');
  return failureRow(row, {
    found: `${renderCount(messages, 'dead letter')}: work that failed after all retries`,
    expected: 'no messages',
    remedy: 'read the messages, mend the cause, then empty the queue: docs/runbook.md#dead-letters has each kind',
    command: awsCommand(
      place,
      ...['sqs', 'receive-message', '--queue-url', url, '--attribute-names', 'All', '--message-attribute-names', 'All'],
      ...['--max-number-of-messages', '10', '--visibility-timeout', '0'],
    ),
  });
}
