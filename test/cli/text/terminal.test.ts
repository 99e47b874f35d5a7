import { describe, expect, test } from '@jest/globals';
import { renderJson } from '../../../cli/json/render-json.ts';
import { renderTable } from '../../../cli/text/render-table.ts';
import { buildTerminal } from '../../../cli/text/terminal.ts';

class Stream {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

const open = (isTTY: boolean, env: Record<string, string> = {}) => {
  const streams = { stdout: new Stream(isTTY), stderr: new Stream(isTTY) };
  return { ...streams, terminal: buildTerminal(streams, env) };
};

describe('colour', () => {
  test('is shown on a terminal', () => {
    expect(open(true).terminal.out.style('red', 'bad')).toBe('\u001B[31mbad\u001B[39m');
  });

  test.each([
    ['in a pipe', false, {}],
    ['with NO_COLOR', true, { NO_COLOR: '1' }],
    ['on a dumb terminal', true, { TERM: 'dumb' }],
  ])('is not shown %s', (_, isTTY, env) => {
    const { terminal } = open(isTTY, env);
    expect(terminal.out.style('red', 'bad')).toBe('bad');
    expect(terminal.err.style('red', 'bad')).toBe('bad');
  });

  test('an empty NO_COLOR means nothing, as no-color.org has it', () => {
    expect(open(true, { NO_COLOR: '' }).terminal.out.style('red', 'bad')).not.toBe('bad');
  });
});

describe('progress', () => {
  test('is one line of stderr that overwrites itself, and is removed before messages and data', () => {
    const { terminal, stdout, stderr } = open(true);
    terminal.showProgress('read 1 of 2');
    terminal.showProgress('read 2 of 2');
    terminal.out.print('data');
    terminal.showProgress(null);
    expect(stderr.text).toBe('\r\u001B[Kread 1 of 2\r\u001B[Kread 2 of 2\r\u001B[K');
    expect(stdout.text).toBe('data\n');
  });

  test('is cut to the width of the terminal, since a wrapped line cannot be written over', () => {
    const { terminal, stderr } = open(true);
    terminal.showProgress('x'.repeat(200));
    expect(stderr.text).toBe(`\r\u001B[K${'x'.repeat(79)}`);
  });

  test('is not shown where stderr is no terminal', () => {
    const { terminal, stderr } = open(false);
    terminal.showProgress('read 1 of 2');
    terminal.showProgress(null);
    expect(stderr.text).toBe('');
  });
});

describe('a table', () => {
  const plain = { style: (_: unknown, text: string) => text };

  test('wraps its last column and keeps the lines of a cell together', () => {
    expect(
      renderTable(['A', 'OPEN'], [['web-1', 'one two three four five six seven\nlast']], 31, plain).split('\n'),
    ).toEqual(['A      OPEN', 'web-1  one two three four five', '       six seven', '       last']);
  });

  test('keeps columns in line where names are wide', () => {
    const [, first, second] = renderTable(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['ab', 'y'],
      ],
      80,
      plain,
    ).split('\n');
    expect([first, second]).toEqual(['日本  x', 'ab    y']);
  });
});

describe('JSON', () => {
  test('means the same and cannot move a cursor', () => {
    const hostile = { name: 'a\u001B[2J\u009B1m\u202Eb\u2028\uD800', list: ['\n', 'ü😀', '\u{E0041}'] };
    const text = renderJson(hostile);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    expect(text).toContain('ü😀');
    expect(JSON.parse(text)).toEqual(hostile);
  });
});
