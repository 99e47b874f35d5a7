/**
 * Writes the latest states of a fleet into the table, as if scans had found every instance and no change since. A first scan would do the
 * same with six requests to the table for each instance; for 10,000 instances the stand-in would need minutes.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { toStateAttributes } from '../../lambda/adapters/items/state-item.ts';
import { stateKey } from '../../lambda/contract/table-keys.ts';
import { asPortStates } from '../../lambda/firewall/rules/port-state.ts';
import type { LatestState } from '../../lambda/history/latest-state.ts';
import { writeItems } from '../../test/data/generated-month-table.ts';
import { account, tableName } from '../stand-in/deploy.ts';

const instancesSchema = z.array(
  z.object({
    name: z.string(),
    region: z.string(),
    arn: z.string(),
    publicIpAddress: z.string(),
    ipv6Address: z.string(),
    ipAddressType: z.string(),
    blueprintId: z.string(),
    portStates: z.array(z.record(z.string(), z.unknown())),
  }),
);

/** One instance of the list that the stand-in of Lightsail returns under `/_emulator/instances`. */
type EmulatedInstance = z.output<typeof instancesSchema>[number];

/** Throws if `answer` is not a list of the stand-in's instances. */
export function parseInstances(answer: unknown): EmulatedInstance[] {
  return instancesSchema.parse(answer);
}

const foundAt = '2026-11-23T10:00:00.000Z';

/** Writes the latest states to the table `tableName`, at the DynamoDB endpoint in the environment variables of this process. */
export async function fillTable(regions: readonly string[], instances: readonly EmulatedInstance[]): Promise<void> {
  const states = [...regions.map(stateOfRegion), ...instances.map(stateOfInstance)];
  const client = new DynamoDBClient({});
  await writeItems(client, tableName, states.map(toItem));
  client.destroy();
}

function toItem(state: LatestState): Record<string, unknown> {
  return { ...stateKey(state.resource), ...toStateAttributes(state), recorded: state.recorded, told: state.alerted };
}

const found = {
  version: 1,
  recorded: 1,
  alerted: 1,
  status: 'known',
  seenAt: foundAt,
  lastAt: foundAt,
  firstSeenAt: foundAt,
  failure: null,
  pending: null,
} as const;

function stateOfRegion(region: string): LatestState {
  const resource = { account, region, instanceName: null };
  return { ...found, resource, instance: null, rules: null, rulesAt: null, baselinedAt: foundAt };
}

function stateOfInstance({ name, region, portStates, ipv6Address, ...listed }: EmulatedInstance): LatestState {
  const { arn, publicIpAddress, ipAddressType, blueprintId } = listed;
  return {
    ...found,
    resource: { account, region, instanceName: name },
    instance: { arn, publicIpAddress, ipv6Addresses: [ipv6Address], ipAddressType, blueprintId },
    rules: asPortStates(portStates),
    rulesAt: foundAt,
    baselinedAt: null,
  };
}
