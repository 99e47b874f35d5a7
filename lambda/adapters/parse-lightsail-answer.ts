/** Parses the answers of Lightsail. Rules stay as answered: `lambda/firewall` decides their meaning. Throws ReadError. */
import { asPortStates, type PortState } from '../firewall/rules/port-state.ts';
import type { InstanceFacts } from '../history/entry.ts';
import { ReadError } from '../history/read-errors.ts';
import type { ListedInstance } from '../scan/interfaces.ts';
import { expectList } from './expect-list.ts';

/** Returns each name once. One `null` stands for all regions without a name. */
export function parseRegions(answer: unknown): (string | null)[] {
  const names = listOf(answer, 'regions', 'GetRegions').map((region) => textOrNull(fieldsOf(region)['name']));
  if (names.every((name) => name === null)) throw new ReadError('invalid-answer', 'GetRegions named no region');
  return [...new Set(names)];
}

export function parseInstancesPage(answer: unknown): { instances: ListedInstance[]; nextPageToken: string | null } {
  const instances = listOf(answer, 'instances', 'GetInstances').map(parseInstance);
  const token = fieldsOf(answer)['nextPageToken'] ?? null;
  if (token !== null && typeof token !== 'string') {
    throw new ReadError('invalid-answer', `GetInstances: nextPageToken is ${typeof token}, expected a string`);
  }
  return { instances, nextPageToken: token };
}

/**
 * GetInstancePortStates has no pages. So an answer with a page token has only a part of the rules, and throws: Portwatch compares only
 * complete firewalls.
 */
export function parsePortStates(answer: unknown): PortState[] {
  if (fieldsOf(answer)['nextPageToken'] != null)
    throw new ReadError(
      'invalid-answer',
      'GetInstancePortStates: got a part of the rules and a nextPageToken, expected all rules',
    );
  return asPortStates(listOf(answer, 'portStates', 'GetInstancePortStates'));
}

function parseInstance(value: unknown): ListedInstance {
  const fields = fieldsOf(value);
  const name = textOrNull(fields['name']);
  const addresses = fields['ipv6Addresses'];
  const facts: InstanceFacts = {
    arn: textOrNull(fields['arn']),
    publicIpAddress: textOrNull(fields['publicIpAddress']),
    ipv6Addresses: Array.isArray(addresses) ? addresses.filter((address) => typeof address === 'string') : [],
    ipAddressType: textOrNull(fields['ipAddressType']),
    blueprintId: textOrNull(fields['blueprintId']),
  };
  return { name, facts };
}

function listOf(answer: unknown, field: string, operation: string): readonly unknown[] {
  return expectList(fieldsOf(answer)[field], field, operation);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
