/** The form of an instance in the answers of `GetInstances` and `GetInstance`. */
import type { EmulatedInstance } from './fleet.ts';

export function renderInstance(instance: EmulatedInstance, account: string): Record<string, unknown> {
  const { name, region, ipAddressType } = instance;
  return {
    name,
    arn: instance.arn,
    supportCode: `${account}/i-${instance.sequence.toString(16).padStart(17, '0')}`,
    createdAt: instance.createdAtSeconds,
    location: { availabilityZone: `${region}a`, regionName: region },
    resourceType: 'Instance',
    tags: instance.tags,
    blueprintId: instance.blueprintId,
    blueprintName: instance.blueprintId.split('_')[0],
    bundleId: instance.bundleId,
    isStaticIp: false,
    privateIpAddress: instance.privateIpAddress,
    ...(ipAddressType === 'ipv6' ? {} : { publicIpAddress: instance.publicIpAddress }),
    ipv6Addresses: ipAddressType === 'ipv4' ? [] : [instance.ipv6Address],
    ipAddressType,
    hardware: { cpuCount: 2, disks: [], ramSizeInGb: 0.5 },
    networking: { monthlyTransfer: { gbPerMonthAllocated: 1024 }, ports: renderPorts(instance.portStates) },
    state: { code: 16, name: 'running' },
    username: instance.blueprintId.startsWith('windows') ? 'Administrator' : 'ubuntu',
    sshKeyName: 'LightsailDefaultKeyPair',
    ...instance.overrides,
  };
}

/** `InstancePortInfo` has further text fields and no `state`, unlike `InstancePortState`. */
function renderPorts(portStates: unknown): unknown {
  if (!Array.isArray(portStates)) return portStates;
  return portStates.map((rule: unknown) => {
    if (typeof rule !== 'object' || rule === null) return rule;
    const { state: _, ...rest }: Record<string, unknown> = { ...rule };
    const accessFrom = renderAccessFrom(rest['cidrs'], rest['ipv6Cidrs']);
    return { ...rest, accessFrom, accessType: 'public', commonName: '', accessDirection: 'inbound' };
  });
}

/** The texts are those of published answers of Lightsail. */
function renderAccessFrom(cidrs: unknown, ipv6Cidrs: unknown): string {
  const isWorld4 = Array.isArray(cidrs) && cidrs.includes('0.0.0.0/0');
  const isWorld6 = Array.isArray(ipv6Cidrs) && ipv6Cidrs.includes('::/0');
  if (isWorld4 && isWorld6) return 'Anywhere (0.0.0.0/0 and ::/0)';
  if (isWorld4) return 'Anywhere (0.0.0.0/0)';
  return isWorld6 ? 'Anywhere (::/0)' : 'Custom';
}
