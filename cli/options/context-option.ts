import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds the option `-c key=value`, which works as in `cdk deploy`. */
export function addContextOption(command: Command): Command {
  const about = 'a setting in addition to portwatch.json, as for cdk deploy; may be repeated';
  return command.addOption(new Option('-c, --context <key=value>', about).argParser(parseContext).default({}, 'none'));
}

function parseContext(value: string, before: Record<string, string>): Record<string, string> {
  const [, key = '', given = ''] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === '') throw new InvalidArgumentError('Expected key=value, such as scanEveryMinutes=10.');
  return { ...before, [key]: given };
}
