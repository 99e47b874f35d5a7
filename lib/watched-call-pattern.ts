import { type EventPattern, Match } from 'aws-cdk-lib/aws-events';
import { watchedCalls } from '../lambda/contract/watched-calls.ts';

/**
 * Matches successful API calls that can change a firewall. Only AWS can send events whose source begins with `aws.`. The function of the
 * event scan checks every field again.
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
