import type { SlackBlock, SlackMessage } from '../../lambda/alerts/slack-blocks.ts';
import type { Channel } from '../text/terminal.ts';

const emoji: Readonly<Record<string, string>> = {
  rotating_light: '🚨',
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  information_source: 'ℹ️ ',
};

/** Renders each line of the Slack message as one line of text. */
export function renderSlackMessage({ blocks }: SlackMessage, channel: Pick<Channel, 'style'>): string[] {
  return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['']), ...renderBlock(block, channel)]);
}

function renderBlock(block: SlackBlock, { style }: Pick<Channel, 'style'>): string[] {
  switch (block.type) {
    case 'header':
      return [
        style(
          'bold',
          renderMarkdown(block.text.text, (_, text) => text),
        ),
      ];
    case 'section':
      return renderMarkdown(block.text.text, style).split('\n');
    case 'context':
      return block.elements.map(({ text }) =>
        style(
          'dim',
          renderMarkdown(text, (_, inner) => inner),
        ),
      );
  }
}

/** Replaces Slack's markup by styles of the terminal. `&amp;` is replaced last, otherwise `&amp;lt;` would become `<`. */
function renderMarkdown(text: string, style: Channel['style']): string {
  return text
    .replace(/:([a-z_]+):/g, (whole, name: string) => emoji[name] ?? whole)
    .replace(/```([^`]*)```/g, (_, code: string) => style('cyan', code))
    .replace(/`([^`\n]+)`/g, (_, code: string) => style('cyan', code))
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, (_, bold: string) => style('bold', bold))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
