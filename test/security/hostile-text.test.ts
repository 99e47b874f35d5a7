/**
 * Names, addresses, rules and errors come from outside, and any person who may name an instance can choose them. Each hostile text passes
 * through the whole product, in every place at once: through scans that find a start, a change, a gap, its end and a deletion, and through
 * every channel.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readAndRateFleet } from '../../cli/commands/scan/read-and-rate-fleet.ts';
import { renderSurvey } from '../../cli/commands/scan/render-survey.ts';
import { toScanDocument } from '../../cli/commands/scan/to-scan-document.ts';
import { renderJson } from '../../cli/json/render-json.ts';
import { buildTerminal } from '../../cli/text/terminal.ts';
import { renderChatMessage } from '../../lambda/alerts/amazon-q-notification.ts';
import { renderSlackWebhookMessage } from '../../lambda/alerts/slack-webhook-message.ts';
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { Digest } from '../../lambda/contract/json-event.ts';
import { renderLogText } from '../../lambda/handlers/log-text.ts';
import { logScanEvent } from '../../lambda/handlers/scan-log.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import type { ScanEvent } from '../../lambda/scan/interfaces.ts';
import { account, Monitor } from '../scan/monitor.ts';
import { httpFromAnywhere, sshFromAnywhere } from '../scan/samples.ts';
import { DeployedMonitor } from '../support/deployed-monitor.ts';
import { depth } from '../support/depth.ts';
import { hostileStrings } from './hostile-strings.ts';
import { type Pasted, runInBash } from './run-in-bash.ts';

/**
 * Cursor movements, escapes, writing directions, line separators, lone surrogates. The product's own line breaks are checked separately.
 */
const unfit = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const region = 'eu-west-1';

interface Story {
  messages: SnsMessage[];
  digests: Digest[];
  events: ScanEvent[];
  monitor: Monitor;
}

/** A rule with hostile text in every text field. */
const ruleWith = (text: string) => ({
  ...sshFromAnywhere,
  protocol: text,
  cidrs: [text],
  ipv6Cidrs: [text],
  cidrListAliases: [text],
  state: text,
  [text]: text,
});

async function liveThrough(text: string): Promise<Story> {
  const monitor = new Monitor(region, text);
  const { world } = monitor;
  monitor.settings = { ...monitor.settings, name: text };
  const facts = { arn: text, publicIpAddress: text, ipv6Addresses: [text], ipAddressType: text, blueprintId: text };
  world.set(region, text, [httpFromAnywhere], facts);
  world.set(text, 'in-a-hostile-region', [httpFromAnywhere]);
  await monitor.scan();
  world.set(region, text, [httpFromAnywhere, sshFromAnywhere], facts);
  await monitor.scan();
  world.set(region, text, [ruleWith(text)], facts);
  await monitor.scan();
  world.set(region, text, [], facts);
  world.set(region, `${text}2`, [ruleWith(text)], facts);
  await monitor.scan();
  const denied = new ReadError('access-denied', text);
  world.failures.set(`${region}#${text}`, denied).set(text, denied);
  await monitor.scan();
  world.failures.clear();
  await monitor.scan();
  world.delete(region, text);
  await monitor.scan();
  const { messages } = monitor.publisher;
  return { messages, digests: monitor.publisher.digests(), events: monitor.events, monitor };
}

/** Every text that is in a value, without keys. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const bodiesOf = ({ message }: SnsMessage): { default: string; email: string } => JSON.parse(message);

/** The quick run takes every third text. Texts of the same kind are adjacent in the list, so every kind is tested. */
const chosen = hostileStrings.filter((_, index) => index % depth({ quick: 3, full: 1 }) === 0);

describe.each(chosen)('%s', (_, text) => {
  let story: Story;

  beforeAll(async () => {
    story = await liveThrough(text);
  });

  test('the history has a start, changes, a new instance, gaps and their ends, and a deleted instance, all with hostile names', () => {
    const kinds = story.digests.flatMap(({ alerts }) => alerts.map(({ kind }) => kind));
    expect([...new Set(kinds)].sort()).toEqual([
      'firewall-changed',
      'instance-appeared',
      'instance-gone',
      'monitoring-started',
      'readable-again',
      'region-readable-again',
      'region-unreadable',
      'unreadable',
    ]);
    for (const { name } of story.digests) expect(name).toBe(text);
    expect(story.digests.flatMap(({ alerts }) => alerts).some(({ instance }) => instance?.name === text)).toBe(true);
  });

  test('the subject of a mail: one line of printable ASCII under 100 characters, so it can not add a header', () => {
    for (const { subject } of story.messages) {
      expect(subject).toMatch(/^\[[A-Z]+\] [\x20-\x7E]+$/);
      expect(subject.length).toBeLessThan(100);
    }
  });

  test('the mail: only printable text, and no line that a name adds', () => {
    for (const { email } of story.messages.map(bodiesOf)) {
      expect(email).not.toMatch(unfit);
      expect(email).not.toMatch(/^(CRITICAL {2}fake|Bcc:|<!channel>|CRITICAL$)/m);
    }
  });

  test('SNS and SQS: no character that XML forbids, in any body', () => {
    for (const message of story.messages) {
      for (const body of [message.message, ...Object.values(bodiesOf(message)), ...textsOf(message.attributes)]) {
        expect(body).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
      }
    }
  });

  test('Slack and the chat: a name adds no mention, no link and no formatting', () => {
    const alarm = { AlarmName: text, AlarmDescription: text, NewStateValue: text, NewStateReason: text, Region: text };
    const slack = [
      ...story.messages.map((message) => renderSlackWebhookMessage(bodiesOf(message).default, message.subject)),
      renderSlackWebhookMessage(JSON.stringify(alarm), text),
      renderSlackWebhookMessage(text, text),
    ];
    const chat = story.messages
      .map((message) => JSON.parse(renderChatMessage(bodiesOf(message).default, message.subject)))
      .map(({ content, metadata }) => ({ shown: [content.title, content.description], summary: metadata.summary }));
    const formatted = [...slack.flatMap(textsOf), ...chat.flatMap(({ shown }) => shown)];
    for (const said of [...formatted, ...chat.map(({ summary }) => summary)]) {
      expect(said).not.toMatch(/[<>]/);
      expect(said).not.toMatch(/&(?!amp;|lt;|gt;)/);
      expect(said).not.toMatch(unfit);
    }
    for (const said of formatted) {
      const outsideCode = said.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '').replaceAll(/\*[^*\n]+\*/g, '');
      expect(outsideCode).not.toMatch(/[`*~]/);
    }
  });

  test('the log: one line of JSON for each event, without escapes', () => {
    const lines = logLines(story.events, text);
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      expect(line.trimEnd()).not.toContain('\n');
      expect(line).not.toMatch(unfit);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  test('the terminal: no name can move the cursor, in the table and in the JSON', async () => {
    const survey = await readAndRateFleet(
      story.monitor.world,
      { names: [region, text], areNamed: false, hasNameless: false },
      new AbortController().signal,
      () => undefined,
    );
    const shown: string[] = [];
    const stream = { isTTY: true, columns: 100, write: (said: string) => shown.push(said) };
    const terminal = buildTerminal({ stdout: stream, stderr: stream }, {});
    const asked = { ...survey, account, profile: text, callerArn: text, scannedAt: '2026-11-23T10:00:00.000Z' };
    terminal.out.print(renderSurvey(asked, terminal));
    const table = shown.join('');
    expect(table).toContain('Read 2 of 2 instances');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that the program itself sets.
    expect(table.replaceAll(/\u001B\[\d+m/g, '')).not.toMatch(unfit);
    expect(renderJson(toScanDocument([asked], [{ profile: text, message: text }]))).not.toMatch(unfit);
  });

  test('the shell: from a pasted command, `aws` gets exactly that name, and nothing else runs', () => {
    const { messages, digests } = story;
    const pasted = messages.flatMap((message) => commandsOf(bodiesOf(message).email));
    const { calls, left }: Pasted = runInBash(pasted, account);
    expect(left).toEqual([]);
    const queries = calls.filter(([service]) => service === 'dynamodb').map((call) => call.at(-1) ?? '');
    expect(queries).not.toEqual([]);
    const known = [
      `INSTANCE#${account}#${region}#${text}`,
      `INSTANCE#${account}#${region}#${text}2`,
      `REGION#${account}#${text}`,
      `REGION#${account}#${region}`,
    ];
    for (const query of queries) expect(known).toContain(JSON.parse(query)[':pk'].S);
    const restored = calls.filter(([service]) => service === 'lightsail');
    expect(restored.length + queries.length).toBe(calls.length);
    for (const call of restored) expect(call[call.indexOf('--instance-name') + 1]).toBe(text);
    // If the rules can be restored by a command, there is a restore command, provided that the name of the instance can be quoted.
    const first = digests.flatMap(({ alerts }) => alerts).find(({ kind }) => kind === 'firewall-changed');
    expect(first?.restoreCommand === null).toBe(unsayable.test(text));
    expect(restored.length > 0).toBe(!unsayable.test(text));
  });
});

/** Texts that must not be in a command line: see `canQuoteForShell`. */
const unsayable = /^-|:\/\/|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** The lines that the logger of the functions writes for these events, as CloudWatch receives them. */
function logLines(events: readonly ScanEvent[], text: string): string[] {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0),
  );
  try {
    const logger = new Logger({ serviceName: 'scan', logLevel: 'DEBUG', jsonReplacerFn: renderLogText });
    for (const event of events) logScanEvent(logger, event);
    logScanEvent(logger, { event: 'item-refused', item: { key: text, problem: text } });
    logScanEvent(logger, { event: 'bookkeeping-failed', step: text, error: new Error(text) });
    logScanEvent(logger, { event: 'not-told', why: 'publish-failed', error: text });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}

/** The lines of a mail that a person may paste. */
function commandsOf(email: string): string[] {
  return email.split('\n').filter((line) => /^ {4}(aws |\[ "\$\(aws )/.test(line));
}

describe('the functions', () => {
  test('log like this too: the scan function writes a hostile name as printable text', async () => {
    const monitor = await DeployedMonitor.start();
    const name = 'web\u009B31m\u202Egnp\u2028';
    monitor.emulators.lightsail.addInstance({ region, name, portStates: [sshFromAnywhere] });
    await monitor.scan();
    const logged = monitor.written.map(({ line }) => line).join('');
    await monitor.close();
    expect(logged).toContain('web\uFFFD31m\uFFFDgnp\uFFFD');
    expect(logged).not.toMatch(unfit);
  });
});
