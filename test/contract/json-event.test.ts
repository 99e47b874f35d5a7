import { describe, expect, test } from '@jest/globals';
import { renderSlackDigest } from '../../lambda/alerts/slack-digest-message.ts';
import { parseDigest } from '../../lambda/contract/json-event.ts';
import { changeAlert, context, http, sshToWorld } from '../alerts/fixtures.ts';

const opened = changeAlert([http], [http, sshToWorld]);
const { account, name, scannedAt, coverage } = context;
const part = { index: 1, count: 1 };
const digestOf = (alerts: unknown[]) => ({
  ...{ schema: 'portwatch.digest/1', digestId: 'digest-1', account, name, scannedAt, part, coverage, alerts },
});

describe('reading a digest', () => {
  test('a reader ignores kinds and fields that it does not know', () => {
    const digest = { ...digestOf([opened]), alerts: [{ kind: 'brand-new' }, { ...opened, newField: 1 }], extra: true };
    expect(parseDigest(digest)?.alerts.map(({ kind }) => kind)).toEqual(['firewall-changed']);
  });

  test.each([null, 42, 'text', [], {}, { schema: 'portwatch.digest/1' }, { schema: 'portwatch.digest/1', alerts: {} }])(
    '%j is no digest',
    (value) => {
      expect(parseDigest(value)).toBeNull();
    },
  );

  test('whatever is wrong inside an alert, it is still shown', () => {
    const broken = {
      schema: 'portwatch.digest/1',
      part: 7,
      coverage: 'x',
      alerts: [
        {
          kind: 'firewall-changed',
          severity: 'worst',
          instance: { name: 5 },
          opened: [null, 1, { from: 2 }, { protocol: 3, from: 1, to: 2, sources: [null, 'x'] }],
        },
        { kind: 'monitoring-started', summary: { worst: [null, {}] } },
        { kind: 'region-unreadable', failure: {} },
        null,
      ],
    };
    const parsed = parseDigest(broken);
    expect(parsed?.alerts.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['firewall-changed', 'high'],
      ['monitoring-started', 'high'],
      ['region-unreadable', 'high'],
    ]);
    const { blocks } = renderSlackDigest(parsed!);
    expect(blocks.filter(({ type }) => type === 'section')).toHaveLength(3);
  });
});
