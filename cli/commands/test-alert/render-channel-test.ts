import { renderPlain } from '../../../lambda/alerts/escape.ts';
import type { ChannelName } from '../../../lambda/contract/channels.ts';
import type { Terminal } from '../../text/terminal.ts';
import type { ChannelTest } from './channel-test.ts';

const channelNouns: Readonly<Record<ChannelName, string>> = {
  events: 'the event topic',
  'amazon-q': 'the topic of Amazon Q',
  'slack-webhook': 'the webhook of Slack',
};
const names = { alerts: 'Alerts', health: "The monitor's own health" };

export function renderChannelTest({ topic, topicArn, subscribers, problem }: ChannelTest, { out }: Terminal): string {
  const lines = subscribers.map(({ protocol, endpoint, isConfirmed, channel }) => {
    const what = !isConfirmed ? 'not confirmed, gets nothing' : problem === null ? 'sent' : 'not sent';
    const through = channel === null ? '' : `, through ${channelNouns[channel]}`;
    return `  ${renderPlain(protocol, 20).padEnd(8)}  ${renderPlain(endpoint, 300)}   ${what}${through}`;
  });
  const heading = `${out.style('bold', names[topic])}   ${renderPlain(topicArn, 300)}`;
  return [heading, ...(lines.length === 0 ? ['  nobody is subscribed'] : lines)].join('\n');
}
