import { expect, test } from '@jest/globals';
import { RegionalClients } from '../../lambda/adapters/regional-clients.ts';

test('a region gets one client, without the SDK’s log of calls, when it is first used; all are closed together', () => {
  const log: string[] = [];
  const clients = new RegionalClients((region) => {
    log.push(`created ${region}`);
    const remove = (name: string) => log.push(`removed ${name}`) > 0;
    return { region, middlewareStack: { remove }, destroy: () => void log.push(`closed ${region}`) };
  });
  expect(log).toEqual([]);
  const first = clients.of('eu-west-1');
  expect(clients.of('eu-west-1')).toBe(first);
  expect(clients.of('us-east-1').region).toBe('us-east-1');
  clients.destroy();
  expect(log).toEqual([
    'created eu-west-1',
    'removed loggerMiddleware',
    'created us-east-1',
    'removed loggerMiddleware',
    'closed eu-west-1',
    'closed us-east-1',
  ]);
});
