import type { InstanceFacts } from '../../lambda/history/entry.ts';

export const someFacts: InstanceFacts = {
  arn: 'arn:aws:lightsail:eu-west-1:111122223333:Instance/244ad76f-8aad-4741-809f-12345EXAMPLE',
  publicIpAddress: '203.0.113.10',
  ipv6Addresses: [],
  ipAddressType: 'dualstack',
  blueprintId: 'ubuntu_24_04',
};

export const sshFromOffice = {
  protocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  state: 'open',
  cidrs: ['198.51.100.0/24'],
  ipv6Cidrs: [],
  cidrListAliases: [],
};
export const sshFromAnywhere = {
  protocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  state: 'open',
  cidrs: ['0.0.0.0/0'],
  ipv6Cidrs: ['::/0'],
  cidrListAliases: [],
};
export const httpFromAnywhere = {
  protocol: 'tcp',
  fromPort: 80,
  toPort: 80,
  state: 'open',
  cidrs: ['0.0.0.0/0'],
  ipv6Cidrs: ['::/0'],
  cidrListAliases: [],
};
