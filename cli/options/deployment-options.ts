import { type Command, InvalidArgumentError, Option } from 'commander';
import { severities } from '../../lambda/firewall/rating/severity.ts';
import { findZone, type Zone, type ZoneOptions } from '../time/zone.ts';

export interface DeploymentOptions {
  stack: string;
  /**
   * The id of the monitor, or its path in the stack. Left out: the only monitor of the stack, or the monitor that a clone of the repository
   * deployed.
   */
  monitor?: string | undefined;
  table?: string;
  profile?: string | undefined;
  stackRegion?: string;
  /** The account id to which the answer is limited. Left out: every account that the monitor watches or watched. */
  account?: string;
  json?: boolean;
}

/** Help text of the commands that read the table. */
export const tablePermissions =
  'Needs cloudformation:DescribeStacks (not with --table) and, on the table and its index, dynamodb:Query and dynamodb:BatchGetItem.';

/** Help text of the commands that have a time as an argument or option. */
export const timesHelp = `Times: 2026-11-20, "2026-11-20 14:00", 2026-11-20T14:00:00Z, "yesterday 14:00 Europe/Berlin", "2h ago", 7d, now, 1795132800 (seconds
since 1970). A day alone is its first moment; as the end of a span (--until, the second time of --between) it is the whole day.`;

export function addDeploymentOptions(command: Command): Command {
  return addPlaceOptions(command).option('--profile <name>', 'profile of ~/.aws/config');
}

export const accountOption = (): Option =>
  new Option('--account <id>', 'only this account (default: every account of the monitor)').argParser(parseAccount);

export const monitorOption = (): Option =>
  new Option('--monitor <id>', 'id of the construct in the stack, if the stack has several monitors');

/** Adds the options of `addDeploymentOptions` except `--profile`, for a command that has its own option for profiles. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--stack <name>', 'name of the stack, whose outputs name the table', 'Portwatch')
    .addOption(monitorOption())
    .option('--table <name>', 'name of the snapshot table, in place of the output of the stack')
    .addOption(
      new Option(
        '--stack-region <name>',
        'region of the deployment (default: AWS_REGION, or the region of the profile)',
      ).argParser(parseRegion),
    );
}

export function addZoneOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--zone <name>', 'time zone to read and show times in, such as Europe/Berlin (default: the local one)')
        .argParser(parseZone)
        .conflicts('utc'),
    )
    .option('--utc', 'the same as --zone UTC');
}

/** Adds the options of a command that reads the table and can print JSON. */
export function addTableOptions(command: Command): Command {
  return addZoneOptions(addDeploymentOptions(command).addOption(accountOption())).option(
    '--json',
    'one JSON document on stdout, for programs; times in UTC',
  );
}

export interface InstanceOptions extends DeploymentOptions, ZoneOptions {
  region?: string;
}

export const regionOption = (description: string): Option =>
  new Option('--region <name>', description).argParser(parseRegion);

export function addInstanceOptions(command: Command): Command {
  return addTableOptions(
    command.addOption(regionOption('region of the instance, if instances in several regions have this name')),
  );
}

/** `condition`: completes the help text "end with 1 if …". */
export const exitCodeOption = (condition: string): Option =>
  new Option('--exit-code [severity]', `end with 1 if ${condition}`).choices(severities).preset('high');

export function addSpanOptions(command: Command): Command {
  return command
    .option('--since <time>', 'only what was recorded since then (default: from the beginning)')
    .option('--until <time>', 'only what was recorded until then; a day alone is the whole day (default: now)');
}

export const isRegion = (name: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d+$/.test(name);

/** The last sentence of an error message about an invalid region, without the full stop. */
export const expectedRegion =
  'Expected one region, such as eu-west-1 (aws lightsail get-regions lists those of Lightsail)';

function parseRegion(value: string): string {
  if (!isRegion(value)) throw new InvalidArgumentError(`${expectedRegion}.`);
  return value;
}

export function parseAccount(value: string): string {
  if (!/^\d{12}$/.test(value)) throw new InvalidArgumentError('Expected the 12 digits of an account.');
  return value;
}

function parseZone(value: string): Zone {
  const zone = findZone(value);
  if (zone === null)
    throw new InvalidArgumentError('Expected UTC, an offset such as +01:00, or a name such as Europe/Berlin.');
  return zone;
}
