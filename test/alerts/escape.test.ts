import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  canQuoteForShell,
  cutText,
  quoteForShell,
  renderAscii,
  renderAsciiJson,
  renderPlain,
  renderSlackCode,
  renderSlackText,
} from '../../lambda/alerts/escape.ts';
import { renderInstant, renderWindow } from '../../lambda/alerts/instants.ts';
import { runWithFakeAws } from './shell.ts';

describe('text from outside', () => {
  test.each([
    ['web-1', 'web-1'],
    ['Zürich 東京 🚀', 'Zürich 東京 🚀'],
    ['a\nb\tc', 'a\uFFFDb\uFFFDc'],
    ['\u001b[2J', '\uFFFD[2J'],
    ['\u202Eevil\u2066', '\uFFFDevil\uFFFD'],
    ['zero\u200Bwidth\uFEFF', 'zero\uFFFDwidth\uFFFD'],
    ['\u2028\u2029\u0085', '\uFFFD\uFFFD\uFFFD'],
  ])('%j is printed as %j', (text, printed) => {
    expect(renderPlain(text)).toBe(printed);
  });

  test('is cut with an ellipsis, never inside a surrogate pair', () => {
    expect(cutText('abcdef', 4)).toBe('abc…');
    expect(cutText('abcd', 4)).toBe('abcd');
    expect(cutText('ab🚀def', 4)).toBe('ab…');
  });

  test('has no mention and no formatting in Slack; an underscore inside a word stays', () => {
    expect(renderSlackText('<!channel> & *b* _i_ ~s~ `c`')).toBe('&lt;!channel&gt; &amp; ∗b∗ ＿i＿ ∼s∼ ˋcˋ');
    expect(renderSlackText('web_1_a')).toBe('web_1_a');
    expect(renderSlackCode('web`1` <x>')).toBe('`webˋ1ˋ &lt;x&gt;`');
    expect(renderSlackCode('')).toBe('` `');
  });

  test('loses its accents in ASCII; other characters become question marks', () => {
    expect(renderAscii('Zürich\n東京')).toBe('Zurich???');
    expect(renderAscii('abcdefgh', 6)).toBe('abc...');
  });

  test('is one argument of a shell command, whatever characters it has', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const { calls } = runWithFakeAws(`aws ${texts.map(quoteForShell).join(' ')}`, 'x');
        expect(calls[0]).toEqual(texts);
      }),
      { numRuns: 30 },
    );
    expect(quoteForShell('web-1')).toBe('web-1');
    expect(quoteForShell("it's")).toBe("'it'\\''s'");
    expect(quoteForShell('')).toBe("''");
  });

  test('has the same meaning as ASCII JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = renderAsciiJson({ text });
        expect(json).toMatch(/^[\x20-\x7E]*$/);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  test.each([
    ['web-1', true],
    ['web 1', true],
    ["it's", true],
    ['', false],
    ['-x', false],
    ['file://x', false],
    ['a\nb', false],
  ])('can %j be said on a command line: %j', (text, isSayable) => {
    expect(canQuoteForShell(text)).toBe(isSayable);
  });
});

describe('instants', () => {
  test('are rendered in UTC, with one date if both instants are on the same day', () => {
    expect(renderInstant('2026-11-03T09:05:02.999Z')).toBe('09:05:02 UTC, 3 November 2026');
    expect(renderWindow('2026-11-03T09:00:00.000Z', '2026-11-03T09:05:00.000Z')).toBe(
      'between 09:00:00 and 09:05:00 UTC, 3 November 2026',
    );
    expect(renderWindow('2026-12-31T23:59:59.000Z', '2027-01-01T00:00:01.000Z')).toBe(
      'between 23:59:59 UTC, 31 December 2026 and 00:00:01 UTC, 1 January 2027',
    );
  });

  test('that can not be parsed are shown as printable text', () => {
    expect(renderInstant('soon\n')).toBe('soon\uFFFD');
  });
});
