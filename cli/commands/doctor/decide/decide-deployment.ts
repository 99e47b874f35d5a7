import { isDeepStrictEqual } from 'node:util';
import type { EffectiveSettings } from '../../../../lambda/contract/settings-schema.ts';
import { failureRow, okRow, type Row, unknownRow, warningRow } from '../row.ts';
import { awsCommand, type CommandPlace, cdkCommand } from '../suggested-commands.ts';

/**
 * `status`: the status in CloudFormation. After UPDATE_ROLLBACK_COMPLETE the stack works as before the update, so the row is a warning.
 */
export function decideStack(name: string, status: string, place: CommandPlace): Row {
  const row = { check: 'stack', resource: name } as const;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return okRow(row, `deployed, ${status}`);
  const isFailed = status.endsWith('_FAILED') || /^(ROLLBACK|DELETE)_COMPLETE$/.test(status);
  return (isFailed ? failureRow : warningRow)(row, {
    found: `its status is ${status}`,
    expected: 'CREATE_COMPLETE or UPDATE_COMPLETE',
    remedy: 'read why the last deployment failed, and deploy again',
    command: awsCommand(place, 'cloudformation', 'describe-stack-events', '--stack-name', name, '--max-items', '20'),
  });
}

/**
 * `deployed`: the version in the outputs of the stack; `null`: the outputs have none, because an early version of Portwatch was deployed.
 */
export function decideVersion(deployed: string | null, clone: string, place: CommandPlace): Row {
  const row = { check: 'version', resource: null } as const;
  if (deployed === clone) return okRow(row, `${clone}, as in this clone`);
  return warningRow(row, {
    found:
      deployed === null
        ? `the stack does not name its version, so it is older than this clone (${clone})`
        : `${deployed} is deployed, and this clone is ${clone}`,
    expected: clone,
    remedy: 'see what a deployment of this clone would change, then deploy. Or check out the version that is deployed',
    command: cdkCommand(place, 'diff'),
  });
}

interface SettingsCheck {
  /** The newest settings that a scan recorded; `null`: no scan has recorded its settings. */
  recorded: EffectiveSettings | null;
  /** The settings of this clone: portwatch.json, and the options -c. */
  clone: EffectiveSettings;
  /** The id of the account. For a setting `name` without a value, the id is used. */
  account: string;
}

export function decideSettings({ recorded, clone, account }: SettingsCheck, place: CommandPlace): Row {
  const row = { check: 'settings', resource: null } as const;
  if (recorded === null)
    return unknownRow(row, [], {
      found: 'not known: no scan has recorded its settings yet',
      expected: 'the settings of a scan in the table',
      remedy: 'start a scan, and run this command again',
    });
  const differences = compareSettings(withName(recorded, account), withName(clone, account));
  if (differences.length === 0) return okRow(row, 'the last scan worked with the configuration of this clone');
  return warningRow(row, {
    found: `the last scan worked with other settings than those of this clone: ${differences.join('; ')}`,
    expected: 'the configuration of this clone',
    remedy:
      'deploy if you changed portwatch.json; if you deployed with options -c key=value, give the same options to this command',
    command: cdkCommand(place, 'diff'),
  });
}

const withName = (settings: EffectiveSettings, account: string) => ({ ...settings, name: settings.name ?? account });

const longestValue = 80;

/** Returns a text such as `scanEveryMinutes is 10, here 5` for each setting that differs. `here` means this clone. */
function compareSettings(recorded: EffectiveSettings, clone: EffectiveSettings): string[] {
  const names = Object.keys(clone) as (keyof EffectiveSettings)[];
  return names
    .filter((name) => !isDeepStrictEqual(asJson(recorded[name]), asJson(clone[name])))
    .map((name) => `${name} is ${renderValue(recorded[name])}, here ${renderValue(clone[name])}`);
}

/** Removes the fields whose value is `undefined`. Returns `null` for `undefined` itself. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

function renderValue(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
