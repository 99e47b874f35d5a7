/**
 * `npm run bench:questions`: measures the time of the commands `exposed`, `status` and `history` for 1,000 accounts with 20 instances each.
 * Has no assertions, because the times depend on the load of the machine. Takes some minutes, mostly to fill the table. `-- --accounts 100`
 * uses 100 accounts.
 */
import pLimit from 'p-limit';
import { watchedOf, writeAccount, writeRegistry } from '../test/cli/several-accounts.ts';
import { readOptions } from '../test/support/read-options.ts';
import { type Figure, renderFigures } from './figure.ts';
import { measureQuestion, toFigure } from './history/measure-question.ts';
import { openFilled, tableName } from './history/open-month.ts';
import { load, loadLimit, machine } from './machine.ts';

const { accounts: count } = readOptions({ accounts: 1000 }, []);
const instancesOfEach = 20;
const monitor = '123456789012';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const rule = (port: number, cidr: string) => ({
  ...{ fromPort: port, toPort: port, protocol: 'tcp' as const, state: 'open' as const },
  ...{ cidrs: [cidr], ipv6Cidrs: [] },
});
const web = [rule(443, '0.0.0.0/0'), rule(22, '198.51.100.0/24')];
const database = [...web, rule(3306, '0.0.0.0/0')];

/** One instance of every tenth account has an open database. */
function instancesOf(index: number) {
  const names = Array.from({ length: instancesOfEach }, (_, number) => `web-${number}`);
  return Object.fromEntries(names.map((name, number) => [name, index % 10 === 0 && number === 0 ? database : web]));
}

console.log(`${machine}; load at the start ${load()}`);
const table = await openFilled(monitor, async (client) => {
  const accounts = Array.from({ length: count }, (_, index) => String(200_000_000_001 + index));
  await pLimit(16).map(accounts, async (account, index) => {
    const times = { readAt: minutesAgo(600), lastScanAt: minutesAgo(1) };
    await writeAccount(client, tableName, { account, name: `shop-${index}`, instances: instancesOf(index), ...times });
  });
  const registered = accounts.map((account, index) => watchedOf(account, `shop-${index}`));
  await writeRegistry(client, tableName, monitor, registered);
  return count * (2 * instancesOfEach + 4);
});
console.log(`The table holds ${table.items} items.\n`);
const figures: Figure[] = [];
for (const args of [['exposed', '3306'], ['status'], ['history', '--since', '1d']]) {
  const figure = toFigure(args, await measureQuestion(table, args), 5);
  process.stderr.write(`${figure.what}: ${figure.here}, ${figure.comparison}\n`);
  figures.push(figure);
}
console.log(renderFigures(`Questions to ${count} accounts with ${instancesOfEach} instances each`, figures));
console.log(`Load of the machine at the end: ${load()} ${loadLimit}`);
await table.close();
