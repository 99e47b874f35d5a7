import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { watchedCalls } from '../lambda/contract/watched-calls.ts';

/**
 * API calls that can change a firewall, and that succeeded. Only AWS can send events with a source that begins with `aws.`. The function
 * checks every field again.
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
