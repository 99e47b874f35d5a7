import { expect, test } from '@jest/globals';
import { describePorts } from '../../../lambda/firewall/wording/describe-ports.ts';

test('every service name appears on its own protocol only', () => {
  const names = [
    ...['tcp 20 (FTP data)', 'tcp 21 (FTP)', 'tcp 22 (SSH)', 'tcp 23 (Telnet)', 'tcp 25 (SMTP)', 'tcp 53 (DNS)'],
    ...['udp 53 (DNS)', 'tcp 80 (HTTP)', 'tcp 110 (POP3)', 'udp 123 (NTP)', 'tcp 135 (Windows RPC)', 'tcp 143 (IMAP)'],
    ...['udp 161 (SNMP)', 'tcp 443 (HTTPS)', 'udp 443 (HTTP/3)', 'tcp 445 (SMB)', 'tcp 465 (SMTPS)'],
    ...[
      'tcp 587 (mail submission)',
      'tcp 993 (IMAPS)',
      'tcp 995 (POP3S)',
      'udp 1194 (OpenVPN)',
      'tcp 1433 (SQL Server)',
    ],
    ...['tcp 1434 (SQL Server browser)', 'udp 1434 (SQL Server browser)', 'tcp 2375 (Docker)', 'tcp 2376 (Docker TLS)'],
    ...['tcp 3306 (MySQL)', 'tcp 3389 (RDP)', 'udp 3389 (RDP)', 'tcp 5432 (PostgreSQL)', 'tcp 5601 (Kibana)'],
    ...['tcp 5900 (VNC)', 'tcp 5985 (WinRM)', 'tcp 5986 (WinRM TLS)', 'tcp 6379 (Redis)', 'tcp 9200 (Elasticsearch)'],
    ...['tcp 9300 (Elasticsearch nodes)', 'tcp 11211 (Memcached)', 'udp 11211 (Memcached)', 'tcp 27017 (MongoDB)'],
    'udp 51820 (WireGuard)',
  ];
  const named = (['tcp', 'udp'] as const).flatMap((protocol) =>
    Array.from({ length: 65536 }, (_, port) => describePorts(protocol, port, port)).filter((what) =>
      what.includes('('),
    ),
  );
  expect(named.toSorted()).toEqual(names.toSorted());
});
