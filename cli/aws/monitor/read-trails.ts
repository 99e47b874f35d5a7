import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { expectList } from '../../../lambda/adapters/expect-list.ts';
import { ReadError } from '../../../lambda/history/read-errors.ts';
import { withClient } from '../with-client.ts';
import { type ReaderConfig, readerSettings } from './reader-config.ts';

export interface TrailName {
  arn: string;
  homeRegion: string;
  isMultiRegion: boolean;
}

/** Lists the trails of a region. Includes multi-region trails of other regions, and trails of the organisation. */
export function listTrails(config: ReaderConfig, signal: AbortSignal): Promise<TrailName[]> {
  return withClient(new CloudTrailClient(readerSettings(config)), async (client) => {
    const { trailList } = await client.send(new DescribeTrailsCommand({}), { abortSignal: signal });
    return expectList(trailList, 'trailList', 'DescribeTrails').map(
      ({ TrailARN = '', HomeRegion = config.region, IsMultiRegionTrail = false }) => ({
        arn: TrailARN,
        homeRegion: HomeRegion,
        isMultiRegion: IsMultiRegionTrail,
      }),
    );
  });
}

export interface FieldSelector {
  field: string;
  conditions: Partial<Record<SelectorOperator, readonly string[]>>;
}

const selectorOperators = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;
export type SelectorOperator = (typeof selectorOperators)[number];

export interface EventSelectors {
  /** `readWrite`: `All`, `ReadOnly` or `WriteOnly`. */
  basic: { readWrite: string; hasManagementEvents: boolean }[];
  /** The trail records an event that meets all conditions of at least one element. */
  advanced: FieldSelector[][];
}

/** True while the trail logs. The request goes to the home region of the trail, because other regions know only multi-region trails. */
export function isTrailLogging(trail: TrailName, config: ReaderConfig, signal: AbortSignal): Promise<boolean> {
  return withClient(new CloudTrailClient(readerSettings({ ...config, region: trail.homeRegion })), async (client) => {
    const answer = await client.send(new GetTrailStatusCommand({ Name: trail.arn }), { abortSignal: signal });
    return answer.IsLogging === true;
  });
}

export function readSelectors(trail: TrailName, config: ReaderConfig, signal: AbortSignal): Promise<EventSelectors> {
  return withClient(new CloudTrailClient(readerSettings({ ...config, region: trail.homeRegion })), async (client) => {
    const answer = await client.send(new GetEventSelectorsCommand({ TrailName: trail.arn }), { abortSignal: signal });
    const { EventSelectors: basic, AdvancedEventSelectors: advanced } = answer;
    if (basic === undefined && advanced === undefined)
      throw new ReadError('invalid-answer', 'GetEventSelectors: expected selectors, got nothing');
    return {
      basic: (basic ?? []).map(({ ReadWriteType = 'All', IncludeManagementEvents = true }) => ({
        readWrite: ReadWriteType,
        hasManagementEvents: IncludeManagementEvents,
      })),
      advanced: (advanced ?? []).map(({ FieldSelectors }) =>
        expectList(FieldSelectors, 'FieldSelectors', 'GetEventSelectors').map((selector) => ({
          field: selector.Field ?? '',
          conditions: Object.fromEntries(
            selectorOperators.flatMap((name) => (selector[name]?.length ? [[name, selector[name]]] : [])),
          ),
        })),
      ),
    };
  });
}
