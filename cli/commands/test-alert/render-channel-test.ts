import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { ChannelTest } from './channel-test.ts';

const names = { alerts: 'Alerts', health: "The monitor's own health" };

/** The topic, and each subscriber with the result for that subscriber. */
export function renderChannelTest({ topic, topicArn, subscribers, problem }: ChannelTest, { out }: Terminal): string {
  const lines = subscribers.map(({ protocol, endpoint, isConfirmed }) => {
    const what = !isConfirmed ? 'not confirmed, gets nothing' : problem === null ? 'sent' : 'not sent';
    return `  ${renderPlain(protocol, 20).padEnd(8)}  ${renderPlain(endpoint, 300)}   ${what}`;
  });
  const heading = `${out.style('bold', names[topic])}   ${renderPlain(topicArn, 300)}`;
  return [heading, ...(lines.length === 0 ? ['  nobody is subscribed'] : lines)].join('\n');
}
