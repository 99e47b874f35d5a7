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
  renderWireJson,
} from '../../lambda/alerts/escape.ts';
import { anyText } from '../support/any-text.ts';
import { depth } from '../support/depth.ts';
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
    expect(renderAscii('abcdef', 6)).toBe('abcdef');
    expect(renderAscii(' ab ', 6)).toBe('ab');
    expect(renderAscii('abcdef', 2)).toBe('...');
  });

  test('is one argument of a shell command, whatever characters it has', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const { calls } = runWithFakeAws(`aws ${texts.map(quoteForShell).join(' ')}`, 'x');
        expect(calls[0]).toEqual(texts);
      }),
      { numRuns: depth({ quick: 8, full: 30 }) },
    );
    expect(quoteForShell('web-1')).toBe('web-1');
    expect(quoteForShell("it's")).toBe("'it'\\''s'");
    expect(quoteForShell('')).toBe("''");
  });

  test('has no character that SQS refuses, and the same meaning', () => {
    expect(renderWireJson({ text: 'a\uFFFE\uFFFF\uFFFDé' })).toBe('{"text":"a\\ufffe\\uffff\uFFFDé"}');
  });

  test('has the same meaning as ASCII JSON', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
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
  ])('%j can be quoted for a shell: %j', (text, canBeQuoted) => {
    expect(canQuoteForShell(text)).toBe(canBeQuoted);
  });
});
