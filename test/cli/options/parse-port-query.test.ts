import { describe, expect, test } from '@jest/globals';
import { describePortQuery } from '../../../cli/commands/exposed/render-exposed.ts';
import { parsePortQuery } from '../../../cli/options/parse-port-query.ts';

describe('a port or a service, as people write it', () => {
  test.each([
    ['22', null, 22, 22, 'port 22'],
    ['tcp/22', 'tcp', 22, 22, 'tcp 22 (SSH)'],
    ['22/tcp', 'tcp', 22, 22, 'tcp 22 (SSH)'],
    ['udp 53', 'udp', 53, 53, 'udp 53 (DNS)'],
    ['TCP:22', 'tcp', 22, 22, 'tcp 22 (SSH)'],
    ['0', null, 0, 0, 'port 0'],
    ['8000-9000', null, 8000, 9000, 'ports 8000-9000'],
    ['tcp/8000-9000', 'tcp', 8000, 9000, 'tcp 8000-9000'],
    ['ssh', 'tcp', 22, 22, 'tcp 22 (SSH)'],
    ['MySQL', 'tcp', 3306, 3306, 'tcp 3306 (MySQL)'],
    ['postgres', 'tcp', 5432, 5432, 'tcp 5432 (PostgreSQL)'],
    ['sql server', 'tcp', 1433, 1433, 'tcp 1433 (SQL Server)'],
    ['http/3', 'udp', 443, 443, 'udp 443 (HTTP/3)'],
    ['rdp', null, 3389, 3389, 'port 3389'],
    ['dns', null, 53, 53, 'port 53'],
    ['tcp', 'tcp', 0, 65_535, 'all tcp ports'],
    ['all', null, 0, 65_535, 'anything'],
    ['icmp', 'icmp', 0, 65_535, 'all ICMP'],
    ['ping', 'icmp', 2048, 2303, 'icmp echo request (ping)'],
    ['icmp/8/0', 'icmp', 2048, 2048, 'icmp echo request (ping)'],
    ['icmpv6 type 128', 'icmpv6', 32_768, 33_023, 'icmpv6 echo request (ping)'],
    ['other', 'other', 0, 65_535, 'all other IP protocols'],
  ])('%s', (text, protocol, from, to, words) => {
    const door = parsePortQuery(text);
    expect(door).toEqual({ protocol, from, to });
    expect(describePortQuery({ ...door, source: null })).toBe(words);
  });

  test.each([
    ['', 'is not a port or a service that Portwatch knows'],
    ['65536', 'is not a port; expected numbers from 0 to 65535'],
    ['999999999999', 'is not a port or a service that Portwatch knows'],
    ['9000-8000', 'is in the wrong order; expected the lower port first'],
    ['-1', 'is not a port or a service that Portwatch knows'],
    ['22,23', 'is not a port or a service that Portwatch knows'],
    ['icmp/300', 'is not an ICMP type and code; expected both from 0 to 255'],
    ['sctp/22', 'is not a port or a service that Portwatch knows'],
    ['__proto__', 'is not a port or a service that Portwatch knows'],
  ])('%s is refused', (text, why) => {
    expect(() => parsePortQuery(text)).toThrow(`"${text}" ${why}`);
  });
});
