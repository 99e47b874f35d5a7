/** The alert that proves a channel: it looks like any other, and says of itself that nothing happened. */
import { createHash } from 'node:crypto';
import type { Alert } from '../contract/json-event.ts';
import { nothingSaid } from './blank-alert.ts';
import { renderPlain } from './escape.ts';

export interface TestAlertContext {
  account: string;
  /** Of the topic. */
  region: string;
  at: string;
  /** Told by its topic: the alerts', or the one for the monitor's own health. */
  topic: 'alerts' | 'health';
}

export function buildTestAlert({ account, region, at, topic }: TestAlertContext): Alert {
  const whose = topic === 'alerts' ? 'alerts' : "the monitor's own health";
  return {
    alertId: createHash('sha256')
      .update(JSON.stringify([account, at, 'test', topic]))
      .digest('hex')
      .slice(0, 32),
    kind: 'test',
    severity: 'info',
    reason: `TEST, nothing happened: this is how you hear of ${whose}`,
    region,
    instance: null,
    changedAfter: null,
    changedBefore: at,
    ...nothingSaid(),
    details: { table: '', pk: '', sk: '' },
  };
}

/** Lines of a mail. */
export function renderTestLines({ reason, region }: Alert, account: string): string[] {
  return [
    `INFO  ${renderPlain(region, 40)}   account ${account}`,
    `  ${renderPlain(reason, 300)}.`,
    '  Somebody ran portwatch test-alert. There is nothing to do.',
  ];
}
