import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { watchedCalls } from '../lambda/contract/names.ts';

/**
 * What the event path lets by: calls that succeeded. EventBridge lets nobody but AWS send under a source that begins with `aws.`; the
 * function looks at all of it again.
 */
export const watchedCallPattern: EventPattern = {
  source: ['aws.lightsail'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['lightsail.amazonaws.com'],
    eventName: [...watchedCalls],
    errorCode: Match.doesNotExist(),
  },
};
