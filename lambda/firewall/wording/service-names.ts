import type { ReachProtocol } from '../sets/reach.ts';

/** The usual service names of ports. The list has only services whose names make an alert easier to understand. */
const services: Readonly<Record<string, string>> = {
  'tcp 20': 'FTP data',
  'tcp 21': 'FTP',
  'tcp 22': 'SSH',
  'tcp 23': 'Telnet',
  'tcp 25': 'SMTP',
  'tcp 53': 'DNS',
  'udp 53': 'DNS',
  'tcp 80': 'HTTP',
  'tcp 110': 'POP3',
  'udp 123': 'NTP',
  'tcp 135': 'Windows RPC',
  'tcp 143': 'IMAP',
  'udp 161': 'SNMP',
  'tcp 443': 'HTTPS',
  'udp 443': 'HTTP/3',
  'tcp 445': 'SMB',
  'tcp 465': 'SMTPS',
  'tcp 587': 'mail submission',
  'tcp 993': 'IMAPS',
  'tcp 995': 'POP3S',
  'udp 1194': 'OpenVPN',
  'tcp 1433': 'SQL Server',
  'tcp 1434': 'SQL Server browser',
  'udp 1434': 'SQL Server browser',
  'tcp 2375': 'Docker',
  'tcp 2376': 'Docker TLS',
  'tcp 3306': 'MySQL',
  'tcp 3389': 'RDP',
  'udp 3389': 'RDP',
  'tcp 5432': 'PostgreSQL',
  'tcp 5601': 'Kibana',
  'tcp 5900': 'VNC',
  'tcp 5985': 'WinRM',
  'tcp 5986': 'WinRM TLS',
  'tcp 6379': 'Redis',
  'tcp 9200': 'Elasticsearch',
  'tcp 9300': 'Elasticsearch nodes',
  'tcp 11211': 'Memcached',
  'udp 11211': 'Memcached',
  'tcp 27017': 'MongoDB',
  'udp 51820': 'WireGuard',
};

export function findServiceName(protocol: ReachProtocol, port: number): string | undefined {
  const key = `${protocol} ${port}`;
  return Object.hasOwn(services, key) ? services[key] : undefined;
}

/** `protocol: null`: the service uses the port with both tcp and udp. */
interface ServicePort {
  protocol: 'tcp' | 'udp' | null;
  port: number;
}

/** Makes letters lower case and removes all other characters except digits, so that `sqlserver` and `SQL Server` are equal. */
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const otherNames: Readonly<Record<string, string>> = {
  postgres: 'postgresql',
  mongo: 'mongodb',
  mssql: 'sqlserver',
  elastic: 'elasticsearch',
  quic: 'http3',
};

export function findServicePort(name: string): ServicePort | null {
  const plain = plainName(name);
  const wanted = Object.hasOwn(otherNames, plain) ? otherNames[plain] : plain;
  const places = Object.entries(services)
    .filter(([, service]) => plainName(service) === wanted)
    .map(([place]) => place.split(' '));
  const [first] = places;
  if (first === undefined) return null;
  const protocol = places.length > 1 ? null : first[0] === 'udp' ? 'udp' : 'tcp';
  return { protocol, port: Number(first[1]) };
}

export const listServiceNames = (): string[] => [...new Set(Object.values(services))];
