/** Assembles the message about a digest for an incoming webhook of Slack. */
import type { Digest } from '../contract/json-event.ts';
import { groupAlerts } from './alert-view.ts';
import { describeCounted } from './count-alerts-by-kind.ts';
import { renderSlackText } from './escape.ts';
import { type ChatRoom, fitChatAlerts } from './fit-chat-alerts.ts';
import { renderCoverage } from './render-email.ts';
import { RenderedAlerts } from './rendered-alerts.ts';
import { type SlackMessage, slackContext, slackHeader, slackMessage, slackSection } from './slack-blocks.ts';
import { renderSubject } from './subject.ts';

/** Slack accepts 50 blocks. The header and the coverage are two of them. */
const room: ChatRoom = { maxLength: 11_000, maxSections: 48 };

export function renderSlackDigest(digest: Digest): SlackMessage {
  const rendered = new RenderedAlerts(digest);
  const subject = renderSubject(digest);
  const groups = groupAlerts(digest.alerts);
  const sections = fitChatAlerts(groups, rendered, room).map(slackSection);
  return slackMessage(subject, [slackHeader(subject), ...sections, slackContext(renderContext(digest))]);
}

function renderContext({ part, counted, coverage, account, name }: Digest): string {
  const backlog = describeCounted(counted);
  return [
    `account ${renderSlackText(account, 40)} (${renderSlackText(name, 80)})`,
    renderSlackText(renderCoverage(coverage), 400),
    ...(backlog === null ? [] : [`${backlog}.`]),
    ...(part.count > 1 ? [`Part ${part.index} of ${part.count}.`] : []),
  ].join('  ');
}
