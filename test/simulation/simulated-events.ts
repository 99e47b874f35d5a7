/**
 * The events of a queue: some of the calls that were really made, late, lost, duplicated or out of order, and some about instances that do
 * not exist.
 */
import type { ApiCall, CallName } from '../../lambda/attribution/api-call.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { EventInstance } from '../../lambda/scan/decide/decide-event-instance.ts';
import type { Random } from '../support/random.ts';
import type { TruePast, TrueWorld } from './true-world.ts';

const callers = ['alice', 'bob', 'carol'];

/** The content of one batch of a queue. */
export function drawEventInstances(world: TrueWorld, random: Random, account: string): EventInstance[] {
  const targets = [...world.past.keys()]
    .filter(() => random.chance(0.6))
    .flatMap((key) => targetAbout(key, world, random, account));
  if (targets.length === 0 || random.chance(0.1))
    targets.push(...targetAbout('eu-west-1#nobody', world, random, account));
  return targets;
}

function targetAbout(key: string, world: TrueWorld, random: Random, account: string): EventInstance[] {
  const [region = '', instanceName = ''] = key.split('#');
  const past = world.past.get(key) ?? [{ at: world.now, instance: null }];
  // The newest calls are the most likely. An old call is a very late record, or a duplicate.
  const calls = past
    .map((_, index) => callOf(past, index, { region, instanceName, account }))
    .filter((_, index) => random.chance(index >= past.length - 2 ? 0.8 : 0.2));
  const doubled = calls.flatMap((call) => (random.chance(0.2) ? [call, call] : [call]));
  const isTurned = random.chance(0.3);
  return doubled.length === 0 ? [] : [{ region, instanceName, calls: isTurned ? doubled.reverse() : doubled }];
}

export function callOf(
  past: readonly TruePast[],
  index: number,
  { region, instanceName, account }: { region: string; instanceName: string; account: string },
): ApiCall {
  const { at = 0, instance = null } = past[index] ?? {};
  const before = past[index - 1]?.instance ?? null;
  const name = nameOf(before, instance);
  return {
    eventId: eventIdOf(resourceKey({ region, instanceName }), at, index),
    // CloudTrail's times are whole seconds.
    at: new Date(Math.floor(at / 1000) * 1000).toISOString(),
    account,
    region,
    name,
    instanceNames: [instanceName],
    portInfos: name === 'PutInstancePublicPorts' ? askedFor(instance?.rules ?? []) : null,
    ipAddressType: name === 'SetIpAddressType' ? (instance?.ipAddressType ?? null) : null,
    by: `IAM user ${callers[index % callers.length]}`,
    arn: null,
    sourceIpAddress: null,
    userAgent: null,
    through: null,
  };
}

/** Several changes may be made in one millisecond. */
export function eventIdOf(key: string, at: number, index: number): string {
  return `${key}@${at}.${index}`;
}

/** Closed rules are not part of a request. */
function askedFor(rules: readonly PortState[]): PortState[] {
  return rules.filter(({ state }) => state === 'open');
}

function nameOf(before: TruePast['instance'], after: TruePast['instance']): CallName {
  if (after === null) return 'DeleteInstance';
  if (before === null || before.arn !== after.arn) return 'CreateInstances';
  return before.ipAddressType === after.ipAddressType ? 'PutInstancePublicPorts' : 'SetIpAddressType';
}
