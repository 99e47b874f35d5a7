/** What every command on a deployed monitor is told alike: where it is deployed, and how to show times. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findZone, localZone, utc, type Zone } from './zone.ts';

export interface DeploymentOptions {
  stack: string;
  table?: string;
  profile?: string | undefined;
  stackRegion?: string;
  json?: boolean;
}

export interface ZoneOptions {
  utc?: boolean;
  zone?: Zone;
}

/** What each of them needs of IAM, for its help. */
export const tablePermissions =
  'Needs cloudformation:DescribeStacks (not with --table) and, on the table and its index, dynamodb:Query and dynamodb:BatchGetItem.';

export function addDeploymentOptions(command: Command): Command {
  return addPlaceOptions(command).option('--profile <name>', 'profile of ~/.aws/config');
}

/** The same for a command that has profiles of its own. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--stack <name>', 'name of the stack, which says where the table is', 'Portwatch')
    .option('--table <name>', 'name of the snapshot table, in place of what the stack says')
    .addOption(
      new Option(
        '--stack-region <name>',
        'region of the deployment (default: that of AWS_REGION or of the profile)',
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

export const addJsonOption = (command: Command): Command =>
  command.option('--json', 'one JSON document on stdout, for programs; times in UTC');

export function parseRegion(value: string): string {
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(value))
    throw new InvalidArgumentError('Expected one region, such as eu-west-1.');
  return value;
}

function parseZone(value: string): Zone {
  const zone = findZone(value);
  if (zone === null)
    throw new InvalidArgumentError('Expected UTC, an offset such as +01:00, or a name such as Europe/Berlin.');
  return zone;
}

export function chooseZone({ utc: isUtc, zone }: ZoneOptions): Zone {
  return isUtc ? utc : (zone ?? localZone());
}
