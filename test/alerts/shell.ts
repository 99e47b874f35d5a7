import { execFileSync } from 'node:child_process';

/** The arguments of each call of `aws` when a POSIX shell runs the command. `aws sts` answers with `callerAccount`. */
export function runWithFakeAws(command: string, callerAccount: string): { calls: string[][]; exitCode: number } {
  const fake = `aws() { if [ "$1" = sts ]; then echo ${callerAccount}; return; fi; for a in "$@"; do printf '%s\\0' "$a"; done; printf '\\1'; }`;
  const ended = `${fake}\n${command}\nprintf '\\2%s' "$?"`;
  const output = execFileSync('/bin/sh', ['-c', ended], { encoding: 'utf8' });
  const [calls = '', exitCode = ''] = output.split('\u0002');
  return {
    calls: calls
      .split('\u0001')
      .filter((call) => call !== '')
      .map((call) => call.split('\0').slice(0, -1)),
    exitCode: Number(exitCode),
  };
}
