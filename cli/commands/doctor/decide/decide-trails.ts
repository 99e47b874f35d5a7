/** The event path needs trails: EventBridge gets the API calls of a region only while a trail logs the management events of that region. */
import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import { watchedCalls } from '../../../../lambda/contract/watched-calls.ts';
import type { EventRuleFacts } from '../../../aws/monitor/read-event-rule.ts';
import type { EventSelectors, FieldSelector, SelectorOperator } from '../../../aws/monitor/read-trails.ts';
import { deletedRow } from '../deleted-row.ts';
import { failureRow, okRow, type Row, unknownRow, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace } from '../suggested-commands.ts';

export interface TrailFacts {
  /** The ARN of the trail. Its last part is the name. */
  arn: string;
  homeRegion: string;
  /** `unknown`: the request failed, and `problem` has the error. */
  isLogging: boolean | 'unknown';
  selectors: EventSelectors | 'unknown';
  problem: string | null;
}

/**
 * The API calls that the trail logs, out of those that can change a firewall. `some`: the conditions of the trail exclude a part of these
 * calls.
 */
type Coverage = 'all' | 'some' | 'none';

/** A trail has basic or advanced selectors. A trail without selectors logs all management events, which is the default of CloudTrail. */
export function decideCoverage({ basic, advanced }: EventSelectors): Coverage {
  if (advanced.length > 0) return decideAdvanced(advanced);
  if (basic.length === 0) return 'all';
  return basic.some(({ readWrite, hasManagementEvents }) => hasManagementEvents && readWrite !== 'ReadOnly')
    ? 'all'
    : 'none';
}

/** The fields that every record of a call that can change a firewall has. Other fields differ from call to call. */
const callFields: Readonly<Record<string, string>> = {
  eventCategory: 'Management',
  readOnly: 'false',
  eventSource: 'lightsail.amazonaws.com',
  eventType: 'AwsApiCall',
};

function decideAdvanced(selectors: readonly FieldSelector[][]): Coverage {
  const perCall = watchedCalls.map((eventName) => {
    const found = selectors.map((conditions) => decideSelector(conditions, { ...callFields, eventName }));
    return found.includes('all') ? 'all' : found.includes('some') ? 'some' : 'none';
  });
  if (perCall.every((each) => each === 'all')) return 'all';
  return perCall.every((each) => each === 'none') ? 'none' : 'some';
}

/** A condition on an unknown field (`userIdentity.arn`), or with an unknown operator, can accept some of the calls. */
function decideSelector(conditions: readonly FieldSelector[], fields: Readonly<Record<string, string>>): Coverage {
  const results = conditions.map(({ field, conditions: given }): Coverage => {
    const value = fields[field];
    if (value === undefined || Object.keys(given).length === 0) return 'some';
    return meetsConditions(value, given) ? 'all' : 'none';
  });
  if (results.includes('none')) return 'none';
  return results.includes('some') ? 'some' : 'all';
}

/**
 * An operator with several values is met if one value matches; a negative operator is met if no value matches. Of several operators, all
 * must be met.
 */
const operators: Readonly<Record<SelectorOperator, (value: string, given: readonly string[]) => boolean>> = {
  Equals: (value, given) => given.includes(value),
  StartsWith: (value, given) => given.some((part) => value.startsWith(part)),
  EndsWith: (value, given) => given.some((part) => value.endsWith(part)),
  NotEquals: (value, given) => !given.includes(value),
  NotStartsWith: (value, given) => !given.some((part) => value.startsWith(part)),
  NotEndsWith: (value, given) => !given.some((part) => value.endsWith(part)),
};

function meetsConditions(value: string, conditions: FieldSelector['conditions']): boolean {
  return Object.entries(conditions).every(([name, given]) => operators[name as SelectorOperator](value, given));
}

interface TrailCheck {
  region: string;
  /** The trails that apply to the region, from `listTrails`. */
  trails: readonly TrailFacts[];
  /** True if events of this region are delivered to the monitor. */
  isForwarded: boolean;
}

export const trailPermissions = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:GetEventSelectors',
];

/** One trail that logs all calls is enough. Without such a trail, a trail that could not be read makes the row unknown. */
export function decideTrail({ region, trails, isForwarded }: TrailCheck, place: CommandPlace): Row {
  const row = { check: 'trail', resource: region } as const;
  const rated = trails.map((trail) => ({
    ...trail,
    coverage: trail.selectors === 'unknown' ? 'unknown' : decideCoverage(trail.selectors),
  }));
  const good = rated.find(({ isLogging, coverage }) => isLogging === true && coverage === 'all');
  if (good !== undefined) return okRow(row, `the trail ${nameOf(good)} logs management events`);
  const expected = 'a trail that logs write management events';
  const unread = rated.find(({ isLogging, coverage }) => isLogging === 'unknown' || coverage === 'unknown');
  if (unread !== undefined)
    return unknownRow(row, trailPermissions, {
      found: `not known: the trail ${nameOf(unread)} could not be read (${unread.problem ?? ''})`,
      expected,
      remedy: `allow ${trailPermissions.join(', ')}; a trail of the organisation may be readable only in its management account`,
    });
  const effect = isForwarded
    ? 'no event reaches Portwatch, so a change is found by the next scan, and its caller some minutes later'
    : 'an event path for this region (eventRegions) would get nothing; CloudTrail’s event history still has its calls';
  const stopped = rated.find(({ isLogging, coverage }) => isLogging === false && coverage !== 'none');
  const partial = rated.find(({ isLogging, coverage }) => isLogging === true && coverage === 'some');
  if (partial !== undefined)
    return warningRow(row, {
      found: `the advanced selectors of the trail ${nameOf(partial)} let only some calls through: ${effect}, for the other calls`,
      expected,
      remedy: 'let the trail log all write management events of lightsail.amazonaws.com',
      command: selectorsCommand(partial, place),
    });
  if (stopped !== undefined)
    return warningRow(row, {
      found: `the trail ${nameOf(stopped)} has stopped logging: ${effect}`,
      expected,
      remedy: 'start the trail again',
      command: awsCommand(
        { ...place, region: stopped.homeRegion },
        'cloudtrail',
        'start-logging',
        '--name',
        stopped.arn,
      ),
    });
  const [excluding] = trails;
  if (excluding !== undefined)
    return warningRow(row, {
      found: `the trail ${nameOf(excluding)} logs no write management events: ${effect}`,
      expected,
      remedy: 'let the trail log management events, read and write or write only',
      command: selectorsCommand(excluding, place),
    });
  return warningRow(row, {
    found: `no trail covers the region: ${effect}`,
    expected,
    remedy:
      'create a multi-region trail (its bucket needs the policy of the CloudTrail User Guide), or set eventPath to false',
    command: awsCommand(
      place,
      ...['cloudtrail', 'create-trail', '--name', 'management-events', '--is-multi-region-trail'],
      ...['--s3-bucket-name', 'name-of-your-bucket'],
    ),
  });
}

/** `account`: the account of the credentials. The command can read only the trails of this account. */
export function decideOtherTrails(others: number, account: string): Row {
  return unknownRow({ check: 'trail', resource: 'other accounts' }, [], {
    found: `not known: the trails of ${renderCount(others, 'other watched account')} are in these accounts, and the command reads only account ${account}`,
    expected: 'a trail that logs write management events in each watched account',
    remedy: 'check the trails with credentials of these accounts; a trail of the organisation covers all of them',
  });
}

const nameOf = ({ arn }: TrailFacts): string => arn.split('/').at(-1) ?? arn;

const selectorsCommand = ({ arn, homeRegion }: TrailFacts, place: CommandPlace) =>
  awsCommand({ ...place, region: homeRegion }, 'cloudtrail', 'get-event-selectors', '--trail-name', arn);

/** If `facts` is `null`, the rule does not exist. */
export function decideEventRule(name: string, facts: EventRuleFacts | null, place: CommandPlace): Row {
  const row = { check: 'event-rule', resource: name } as const;
  if (facts === null) return deletedRow(row, 'rule', place, ', and no event is delivered');
  if (!facts.isEnabled)
    return failureRow(row, {
      found: 'the rule is disabled: no event is delivered',
      expected: 'state ENABLED',
      remedy: 'enable the rule',
      command: awsCommand(place, 'events', 'enable-rule', '--name', name),
    });
  return okRow(row, 'enabled');
}

interface EventCounts {
  /** Number of changes by API calls, in the regions whose events are delivered. */
  changes: number;
  /** Number of these changes that an event announced. */
  announced: number;
  days: number;
}

export function decideEvents({ changes, announced, days }: EventCounts, place: CommandPlace): Row {
  const row = { check: 'events', resource: null } as const;
  const span = `in ${renderCount(days, 'day')}`;
  if (changes === 0) return okRow(row, `no change ${span}, so no event was due`);
  if (announced === changes) return okRow(row, `an event announced each of ${renderCount(changes, 'change')} ${span}`);
  return warningRow(row, {
    found: `${changes - announced} of ${renderCount(changes, 'change')} ${span} came without an event`,
    expected: 'an event for each API call that changes a firewall',
    remedy: 'see the rows of the trail and of the rule; if both are OK, read the log of the function for events',
    command: awsCommand(place, 'cloudtrail', 'describe-trails'),
  });
}
