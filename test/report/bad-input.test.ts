import { describe, expect, test } from '@jest/globals';
import type { ReportInput } from '../../cli/report/data/build-report-data.ts';
import type { EntryKind } from '../../lambda/history/entry.ts';
import { rule } from '../alerts/fixtures.ts';
import { approvalOf } from '../approvals/approval-of.ts';
import { hostileStrings } from '../security/hostile-strings.ts';
import { closeAfterEachTest, closeAfterTests } from '../support/close-after-tests.ts';
import { openBrowser } from './browser.ts';
import { drawAll, type OpenReport, openReport, writeTestReport } from './open-report.ts';
import { alice, at, buildSampleInput, History, http, inputOf, listScans, sshFromOffice } from './sample-fleet.ts';

const browser = await closeAfterTests(openBrowser());
const keep = closeAfterEachTest();

async function open(input: ReportInput, hash = ''): Promise<OpenReport> {
  return keep(await openReport(browser, keep(await writeTestReport(input)), hash));
}

describe('the page works', () => {
  test('with an empty history', async () => {
    const { page, troubles } = await open(inputOf([], { scans: [] }));
    expect(await page.locator('.tile .figure').allInnerTexts()).toEqual(['0', '0', '0', 'none']);
    expect(await page.innerText('#cards')).toBe('Nothing to show.');
    expect(await page.innerText('#open-ports')).toContain('None, as far as is known.');
    expect(troubles).toEqual([]);
  });

  test('with a change whose lists are left out, which it says', async () => {
    const history = new History('web-1').first(at(1), [http]).change(at(5), at(4), [http, sshFromOffice], {
      ...{ opened: [], closed: [], differenceLeftOut: true },
    });
    const { page, troubles } = await open(inputOf([history.slice()]), '#change=eu-west-1/web-1/2026-11-05T00:00Z');
    expect(await page.innerText('[data-row="Opened or closed"]')).toBe(
      'Not known: the entry is too large for its lists, and the entry with the rules before it has expired.',
    );
    expect(troubles).toEqual([]);
  });

  test('with approvals: it leads with what is not approved, and text from outside is text', async () => {
    const hostile = approvalOf({ id: 'a-1', instance: 'web-1', reason: '<b onclick=x>&amp;', from: null });
    const { page, troubles } = await open({ ...buildSampleInput(), approvals: [hostile] });
    const cells = async (row: string) => (await page.locator(`${row} td`).allInnerTexts()).map((text) => text.trim());
    expect((await cells('[data-unapproved=office]')).slice(0, 3)).toEqual([
      'office',
      'critical',
      'tcp 22 (SSH) from anywhere; tcp 80 (HTTP) from anywhere',
    ]);
    expect(await page.locator('[data-unapproved]').first().getAttribute('data-unapproved')).toBe('office');
    expect(await cells('[data-approval=a-1]')).toEqual([
      'tcp 22 (SSH) from 198.51.100.0/24',
      '<b onclick=x>&amp;',
      hostile.by,
      'no end',
      'web-1',
    ]);
    expect(troubles).toEqual([]);
  });

  test('without an approval it does not mention approvals', async () => {
    const { page } = await open(buildSampleInput());
    expect(await page.innerText('#unapproved')).toBe('');
  });

  test('with one instance', async () => {
    const { page, troubles } = await open(inputOf([new History('web-1').first(at(1), [http]).slice(listScans())]));
    expect(await page.locator('.card').count()).toBe(1);
    expect(await page.innerText('.card .now')).toBe('Open: tcp 80 (HTTP) to anywhere.');
    expect(troubles).toEqual([]);
  });

  test('with a span without data', async () => {
    const { page, troubles } = await open(
      buildSampleInput(),
      '#from=2026-11-01T00:01Z&until=2026-11-01T00:02Z&severity=critical&instance=nobody',
    );
    expect(await page.textContent('#answer')).toMatch(/^Showing 0 instances of 4 and 0 changes/);
    expect(troubles).toEqual([]);
  });

  test('with an entry of an unknown kind', async () => {
    const kind = 'frobbed' as string as EntryKind;
    const history = new History('web-1')
      .first(at(1), [http])
      .change(at(5), at(4), [sshFromOffice], { kind, reason: 'frobbed by moonlight' });
    const { page, troubles } = await open(
      inputOf([history.slice()], { problems: ['item X can not be read: kind'] }),
      '#change=eu-west-1/web-1/2026-11-05T00:00Z',
    );
    expect(await page.textContent('.details-title')).toBe('frobbed: frobbed by moonlight');
    expect(await page.innerText('#problems')).toContain('item X can not be read: kind');
    expect(troubles).toEqual([]);
  });

  test('with 5,000 sources in a rule: names a few, and lists all on a click', async () => {
    const sources = Array.from({ length: 5_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1/32`);
    const history = new History('web-1').first(at(1), [http]).change(at(5), at(4), [http, rule('tcp', 22, sources)]);
    const { page, troubles } = await open(inputOf([history.slice()]), '#change=eu-west-1/web-1/2026-11-05T00:00Z');
    expect(await page.innerText('[data-row=Opened]')).toBe(
      'tcp 22 (SSH) to 10.0.0.1/32, 10.0.1.1/32, 10.0.2.1/32, 10.0.3.1/32 and 4996 more\n\nAll 5,000 sources',
    );
    await page.getByText('All 5,000 sources').click();
    expect(await page.locator('.sources li').count()).toBe(5_000);
    await page.fill('#f-address', '10.19.135.1');
    await page.waitForFunction(() => document.getElementById('answer')?.textContent?.includes('10.19.135.1'));
    expect(await page.textContent('#answer')).toMatch(/^A port was open to 10\.19\.135\.1 on 1 of 1 instance,/);
    expect(troubles).toEqual([]);
  });
});

describe('hostile text stays text', () => {
  const texts = hostileStrings.map(([, text]) => text).filter((text) => text.length < 1_000);

  test('in every name, user agent, reason and error', async () => {
    const slices = texts.map((text, i) => {
      const [call] = alice.calls;
      const changedBy = {
        ...alice,
        calls:
          call === undefined
            ? []
            : [{ ...call, by: text, userAgent: text, name: text, arn: text, sourceIpAddress: text }],
      };
      const odd = { protocol: text, fromPort: i, toPort: i, cidrs: [text], cidrListAliases: [text], [text]: 1 };
      return new History(text, i % 2 === 0 ? 'eu-west-1' : text)
        .first(at(1), [http])
        .change(at(5), at(4), [http, odd], { changedBy, expected: text })
        .gap(at(6), at(6), { reason: text, failure: { reason: 'unexpected', message: text, since: at(6) } })
        .slice();
    });
    const { page, troubles } = await open(
      inputOf(slices, { name: '</title><script>alert(1)</script>', problems: texts }),
    );
    await drawAll(page);
    for (const button of await page.getByRole('button', { name: /^List \d+ changes$/ }).all())
      await button.evaluate((each) => (each as HTMLElement).click());
    const count = await page.locator('.changes li button').count();
    expect(count).toBe(3 * texts.length);
    for (let i = 0; i < count; i += 1)
      await page
        .locator('.changes li button')
        .nth(i)
        .evaluate((each) => (each as HTMLElement).click());
    expect(troubles).toEqual([]);
    expect(
      await page
        .locator('script, img, iframe, object, embed, link, form, style, base')
        .evaluateAll((all) => all.map(({ tagName }) => tagName)),
    ).toEqual(['LINK', 'STYLE', 'FORM', 'SCRIPT', 'SCRIPT']);
    const shown = await page.locator('body').evaluate((body) => body.textContent ?? '');
    expect(shown).toContain('<script>alert(1)</script><img src=x onerror=alert(1)>');
    const unseen = await page.evaluate(() =>
      [...document.querySelectorAll('main *')].some((each) =>
        [...each.childNodes].some((node) => node.nodeType === 3 && /[\p{Cf}\u2028]/u.test(node.nodeValue ?? '')),
      ),
    );
    expect(unseen).toBe(false);
  });

  test('no text can end the element with the data', async () => {
    const history = new History('</script><!--<script>\u2028&').first(at(1), [http]);
    const report = keep(await writeTestReport(inputOf([history.slice()])));
    const [, json = ''] = /id="data">(.*)<\/script>/.exec(report.html) ?? [];
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(report.data)));
  });
});
