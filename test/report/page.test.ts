import { describe, expect, test } from '@jest/globals';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { openBrowser } from './browser.ts';
import { openReport, setFilter, writeTestReport } from './open-report.ts';
import { buildAccountsInput, buildSampleInput } from './sample-fleet.ts';

const browser = await closeAfterTests(openBrowser());
const report = await closeAfterTests(writeTestReport(buildSampleInput()));

const open = (hash = '', options = {}) => openReport(browser, report, hash, options);

describe('the page answers the questions of an incident', () => {
  test('the ports that are open to the world now', async () => {
    const { page, close } = await open();
    const rows = await page.locator('#open-ports tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
      'tcp 22 (SSH) critical office',
      'tcp 80 (HTTP) low office, web-1',
    ]);
    expect(await page.textContent('[data-tile=open]')).toBe('2');
    await close();
  });

  test('the instances on which 3306 was open on 12 November at 14:00, and the actor', async () => {
    const { page, close } = await open();
    await page.fill('#f-port', '3306');
    await page.fill('#f-at', '2026-11-12T14:00');
    await page.waitForFunction(() => document.querySelectorAll('#openings tbody tr').length === 2);
    expect(await page.textContent('#answer')).toBe(
      'Port 3306 was open on 2 of 4 instances, at 12 Nov 2026 14:00:00 UTC: web-1, db-1.',
    );
    const rows = (await page.locator('#openings tbody tr').allInnerTexts()).map((row) =>
      row.split('\t').map((cell) => cell.trim()),
    );
    expect(rows[0]).toEqual([
      'web-1 eu-west-1',
      'tcp 3306 (MySQL)',
      'anywhere',
      '12 Nov 12:00–12:05',
      '12 Nov 16:00–16:05',
      '3 h 55 min',
      'IAM user alice',
    ]);
    expect(rows[1]).toEqual([
      'db-1 eu-west-1',
      'tcp 3306 (MySQL)',
      '203.0.113.0/29',
      'before 1 Nov 00:00',
      'still open',
      '29 d, 12 h 5 min of it not readable',
      'open at the first read',
    ]);
    expect(page.url()).toContain('#port=3306&at=2026-11-12T14%3A00Z');
    await close();
  });

  test('the instances that 203.0.113.7 could reach', async () => {
    const { page, close } = await open('#address=203.0.113.7&port=mysql');
    expect(await page.textContent('#answer')).toMatch(
      /^tcp 3306 \(MySQL\) was open to 203\.0\.113\.7 on 2 of 4 instances, between .*: web-1, db-1\. For a part of that time it is unknown on 1 other instance, which could not be read or was not watched: office\.$/,
    );
    await setFilter(page, '#address=203.0.113.9&port=mysql');
    expect(await page.textContent('#answer')).toMatch(
      /^tcp 3306 \(MySQL\) was open to 203\.0\.113\.9 on 1 of 4 instances, between .*: web-1\. For a part of that time it is unknown on 2 other instances, which could not be read or was not watched: office, db-1\.$/,
    );
    await close();
  });

  test('P4: the instances that could not be read', async () => {
    const { page, close } = await open('#port=5432&from=2026-11-20T07:00Z&until=2026-11-20T08:00Z');
    expect(await page.textContent('#answer')).toMatch(
      /^As far as is known, no instance had port 5432 open, between .* it is unknown on 1 other instance, which could not be read or was not watched: db-1\.$/,
    );
    expect((await page.innerText('#gaps')).replaceAll(/\s+/g, ' ')).toContain(
      'db-1 20 Nov 06:00 12 h 5 min service-error',
    );
    await close();
  });

  test('the actor of an opening, with all details of the change', async () => {
    const { page, close } = await open('#port=3306&at=2026-11-12T14:00Z');
    await page.getByRole('button', { name: 'IAM user alice' }).click();
    const details = page.locator('.details');
    const text = (await details.innerText()).replaceAll(/\s+/g, ' ');
    for (const part of [
      'tcp 3306 opened to anywhere',
      'critical tcp 3306 (MySQL) is on the high-risk list',
      'Between 12 Nov 2026 12:00:00 UTC and 12 Nov 2026 12:05:00 UTC (within 5 min)',
      'IAM user alice, from 192.0.2.44 (API, aws-cli/2.31.0), OpenInstancePublicPorts at 12 Nov 2026 12:02:00 UTC (arn:aws:iam::123456789012:user/alice)',
      'aws lightsail close-instance-public-ports --region eu-west-1 --instance-name web-1',
    ])
      expect(text).toContain(part);
    expect(page.url()).toContain('change=eu-west-1%2Fweb-1%2F2026-11-12T12%3A05Z');
    await close();
  });
});

describe('the filter', () => {
  test('selects by region, severity and span, and the address contains the filter', async () => {
    const { page, close } = await open();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    expect(await page.inputValue('#f-from')).toBe('2026-11-23T00:00');
    expect(await page.getAttribute('[data-preset="7"]', 'aria-pressed')).toBe('true');
    await page.selectOption('#f-region', 'us-east-1');
    await page.selectOption('#f-severity', 'critical');
    await page.waitForFunction(() => location.hash.includes('severity'), null, { polling: 50 });
    expect(page.url()).toMatch(/#region=us-east-1&severity=critical&from=2026-11-23T00%3A00Z$/);
    expect(await page.locator('.card h3').allInnerTexts()).toEqual(['office']);
    expect(await page.locator('.mark').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear all' }).click();
    expect(await page.locator('.card').count()).toBe(4);
    expect(page.url()).toMatch(/#$/);
    await close();
  });

  test('a link opens the page with the same filter and the same change', async () => {
    const first = await open('#port=3306');
    await first.page.locator('.card', { hasText: 'web-1' }).locator('.mark.critical').click();
    const hash = new URL(first.page.url()).hash;
    await first.close();
    const { page, close } = await open(hash);
    expect(await page.textContent('.details-title')).toBe('tcp 3306 opened to anywhere');
    expect(await page.inputValue('#f-port')).toBe('3306');
    await close();
  });
});

describe('with the keyboard', () => {
  test('the marks of an instance are one tab stop; arrow keys move, Enter opens, Escape closes and restores the focus', async () => {
    const { page, close } = await open('#instance=web-1');
    const marks = page.locator('.mark');
    expect(await marks.evaluateAll((all) => all.map((mark) => (mark as HTMLElement).tabIndex))).toEqual([-1, 0]);
    await page.locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await page.locator('.details').count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('details-title');
    await page.keyboard.press('Escape');
    expect(await page.locator('.details').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-expanded'))).toBe('false');
    expect(page.url()).not.toContain('change=');
    await close();
  });

  test('a button opens the earlier change, in the order of the list', async () => {
    const { page, close } = await open('#instance=web-1&change=eu-west-1/web-1/2026-11-12T16:05Z');
    expect(await page.textContent('.details-title')).toBe('tcp 3306 closed, it was open to anywhere');
    await page.getByRole('button', { name: 'Earlier' }).click();
    expect(await page.textContent('.details-title')).toBe('tcp 3306 opened to anywhere');
    await page.getByRole('button', { name: 'List 3 changes' }).click();
    expect((await page.locator('.changes li').allInnerTexts()).map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
      '12 Nov 2026 16:05 low tcp 3306 closed, it was open to anywhere',
      '12 Nov 2026 12:05 critical tcp 3306 opened to anywhere by IAM user alice',
      expect.stringMatching(
        /^1 Nov 2026 00:00 .* first seen, tcp 22 \(SSH\) open to 198\.51\.100\.0\/24, 2001:db8:51::\/48, and 1 more$/,
      ),
    ]);
    await close();
  });
});

test('the button copies the whole command, or selects the command if the clipboard is refused', async () => {
  const { page, close } = await open('#change=eu-west-1/web-1/2026-11-12T12:05Z');
  await page.evaluate(() => {
    const said: string[] = [];
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text: string) => said.push(text) } });
    Object.assign(globalThis, { said });
  });
  await page.getByRole('button', { name: 'Copy the command' }).click();
  expect(await page.evaluate(() => Reflect.get(globalThis, 'said'))).toEqual([await page.textContent('.command pre')]);
  await page.evaluate(() =>
    Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('no')) }),
  );
  await page.getByRole('button', { name: 'Copy the command' }).click();
  await page.waitForFunction(() => getSelection()?.toString().includes('close-instance-public-ports'));
  await close();
});

test('a click on the name of a hidden instance shows the instance', async () => {
  const { page, close } = await open('#instance=db-1');
  await page.locator('#open-ports').getByRole('button', { name: 'office' }).first().click();
  expect(await page.locator('.card h3').allInnerTexts()).toEqual(['office']);
  expect(await page.inputValue('#f-instance')).toBe('office');
  await close();
});

test('the switch changes between light and dark, and starts with the theme of the system', async () => {
  const { page, close } = await open('', { colorScheme: 'dark' });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.click('#theme');
  expect(await page.getAttribute('#theme', 'aria-pressed')).toBe('false');
  expect(await paper()).not.toBe(dark);
  await page.click('#theme');
  expect(await paper()).toBe(dark);
  await close();
});

describe('the file needs no other file', () => {
  test('its policy allows only its own script', async () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(report.html)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    const { page, troubles, close } = await open();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
    });
    expect(await page.title()).toBe('Portwatch: prod, 2026-11-30');
    expect(troubles.join()).toMatch(/Content Security Policy/);
    await close();
  });

  test('contains no address to load from', () => {
    const addresses = [...report.html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address?.slice(0, 19));
    expect(addresses).toEqual(['data:image/svg+xml,', '#instances-title']);
  });

  test('explains itself if scripts are off', async () => {
    const { page, context } = await browser
      .newContext({ javaScriptEnabled: false })
      .then(async (made) => ({ context: made, page: await made.newPage() }));
    await page.goto(report.url);
    expect(await page.locator('.notice').innerText()).toContain('A script inside this file draws the timelines');
    await context.close();
  });
});

describe('a report about several accounts', () => {
  const prod = 'Production/EU (333344445555) · eu-west-1';

  test('P4: names the account of each instance, and an account that cannot be entered is not readable', async () => {
    const accounts = await writeTestReport(buildAccountsInput());
    const { page, troubles, close } = await openReport(
      browser,
      accounts,
      `#change=${encodeURIComponent(`${prod}/web-1/2026-11-12T12:05Z`)}`,
    );
    expect(await page.textContent('#subtitle')).toMatch(/^3 accounts, monitor in account 123456789012 · /);
    const rows = await page.locator('#open-ports tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
      'tcp 22 (SSH) critical web-1 (Production/EU)',
      'tcp 3306 (MySQL) critical web-1 (dev)',
      'tcp 80 (HTTP) low web-1 (Production/EU), web-1 (lab)',
    ]);
    expect(await page.textContent('[data-tile=gaps]')).toBe('1');
    expect(await page.locator('#gaps tbody tr td').allInnerTexts()).toEqual([
      'lab (444455556666) · everything',
      '20 Nov 00:00',
      '10 d, not over',
      'could not be entered',
      'lab (444455556666) · everything',
      '19 Nov 18:00',
      '10 d 6 h, not over',
      'no scan ran',
    ]);
    expect(await page.textContent('label[for=f-region]')).toBe('Account or region');
    expect(await page.locator(`[data-instance="${prod}/web-1"] .details`).count()).toBe(1);
    await setFilter(page, '#port=80');
    expect(await page.textContent('#answer')).toMatch(/: web-1 \(Production\/EU\), web-1 \(lab\)\./);
    const cards = await page.locator('.card .now').allInnerTexts();
    expect(cards).toContain("Can't be read; open at the last read: tcp 80 (HTTP) to anywhere.");
    expect(troubles).toEqual([]);
    await close();
    accounts.close();
  });
});
