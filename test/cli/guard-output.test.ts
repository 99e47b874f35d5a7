import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { guardOutput } from '../../cli/guard-output.ts';

class FailingStream extends EventEmitter {
  written = '';
  write(text: string): void {
    this.written += text;
  }
}

function fail(name: 'stdout' | 'stderr', code: string, args: string[] = []) {
  const streams = { stdout: new FailingStream(), stderr: new FailingStream() };
  const exits: number[] = [];
  guardOutput(streams, args, (exit) => exits.push(exit));
  streams[name].emit('error', Object.assign(new Error('write failed'), { code }));
  return { exits, said: streams.stderr.written };
}

const sentence = (why: string) => `portwatch: The output could not be written: ${why}; the output is not complete.\n`;

describe('an error of stdout', () => {
  test.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'your disk quota is used up'],
    ['EIO', 'write failed'],
  ])('%s ends the process with 2 and a sentence', (code, why) => {
    expect(fail('stdout', code)).toEqual({ exits: [2], said: sentence(why) });
    expect(fail('stdout', code, ['status', '--exit-code'])).toEqual({ exits: [2], said: sentence(why) });
  });

  test.each(['history', 'export', 'demo'])('a closed pipe ends `%s` with 0 and without a word', (command) => {
    expect(fail('stdout', 'EPIPE', [command, '--json'])).toEqual({ exits: [0], said: '' });
  });

  test.each(['doctor', 'scan', 'status', 'at', 'diff', 'exposed', 'approvals', 'report', 'test-alert', 'template'])(
    'a closed pipe does not end `%s`, whose exit code is a part of the answer',
    (command) => {
      expect(fail('stdout', 'EPIPE', [command])).toEqual({ exits: [], said: '' });
    },
  );
});

test.each(['restore', 'approve', 'revoke'])(
  'P8: `%s` continues, whatever happens to its output, because its effects must be complete',
  (command) => {
    const args = [command, 'web-1', '--yes'];
    expect(fail('stdout', 'EPIPE', args)).toEqual({ exits: [], said: '' });
    expect(fail('stdout', 'ENOSPC', args)).toEqual({ exits: [], said: sentence('the disk is full') });
    expect(fail('stderr', 'EPIPE', args)).toEqual({ exits: [], said: '' });
  },
);

test('an error of stderr leaves the exit code of the command as it is', () => {
  for (const code of ['EPIPE', 'ENOSPC']) expect(fail('stderr', code)).toEqual({ exits: [], said: '' });
});
