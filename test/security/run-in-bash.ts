/** Runs commands like a person who pastes them from a mail. An `aws` on the PATH records its arguments. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pasted {
  /** The arguments of each call of `aws`, without `aws sts`. */
  calls: string[][];
  /** New files: the effect of a hostile name on the shell. */
  left: string[];
}

/** `account`: the answer of `aws sts get-caller-identity`. Each command is one line of the script. */
export function runInBash(commands: readonly string[], account: string): Pasted {
  const folder = mkdtempSync(join(tmpdir(), 'portwatch-shell-'));
  try {
    const [bin, work, said] = ['bin', 'work', 'said'].map((name) => join(folder, name)) as [string, string, string];
    execFileSync('mkdir', [bin, work]);
    const stub = join(bin, 'aws');
    writeFileSync(
      stub,
      `#!/bin/bash\nif [ "$1" = sts ]; then echo ${account}; exit; fi\nprintf '%s\\0' "$@" >> "$SAID"; printf '\\1\\0' >> "$SAID"\n`,
    );
    chmodSync(stub, 0o755);
    execFileSync('bash', ['-c', commands.join('\n')], {
      cwd: work,
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: work, SAID: said },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return { calls: existsSync(said) ? readCalls(readFileSync(said, 'utf8')) : [], left: readdirSync(work) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCalls(said: string): string[][] {
  const calls = said.split('\u0001\0').slice(0, -1);
  return calls.map((call) => call.split('\0').slice(0, -1));
}
