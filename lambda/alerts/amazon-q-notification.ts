/** Assembles the message for Amazon Q Developer in chat applications, which posts the message to Slack. */
import { hash } from 'node:crypto';
import { type Digest, parseDigest } from '../contract/json-event.ts';
import { parseJson } from '../contract/parse-json.ts';
import { worstSeverity } from '../firewall/index.ts';
import { groupAlerts, hasCoverage } from './alert-view.ts';
import { describeCounted } from './count-alerts-by-kind.ts';
import {
  cutEscaped,
  escapeSlackEntities,
  renderPlain,
  renderSlackCodeBlock,
  renderSlackText,
  renderWireJson,
} from './escape.ts';
import { type ChatRoom, fitChatAlerts } from './fit-chat-alerts.ts';
import { renderCoverage } from './render-email.ts';
import { severityEmoji } from './render-slack-view.ts';
import { RenderedAlerts } from './rendered-alerts.ts';
import { renderSubject } from './subject.ts';

/**
 * The schema of custom notifications (AWS Chatbot admin guide, "Custom notifications"). Amazon Q drops other notifications without an
 * error. AWS documents no limits. Portwatch limits the title to 250 characters, and the description to about 8,000.
 */
interface ChatNotification {
  version: '1.0';
  source: 'custom';
  id: string;
  content: { textType: 'client-markdown'; title: string; description: string; keywords: string[] };
  metadata: {
    threadId: string;
    summary: string;
    eventType: string;
    relatedResources: string[];
    additionalContext: Record<string, string>;
  };
}

const room: ChatRoom = { maxLength: 7_500, maxSections: 1_000 };
const maxRelatedResources = 10;

/**
 * Renders a message of the alert topic as JSON for Amazon Q. A message of an unknown format becomes text in a code block.
 *
 * `subject`: the subject of the SNS message. If `null`, this function chooses a subject.
 */
export function renderChatMessage(text: string, subject: string | null): string {
  const digest = parseDigest(parseJson(text));
  const notification =
    digest === null
      ? renderChatText(text, subject ?? 'A message to Portwatch')
      : renderChatNotification(digest, subject ?? renderSubject(digest));
  return renderWireJson(notification);
}

function renderChatText(text: string, title: string): ChatNotification {
  const id = hash('sha256', text).slice(0, 32);
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: renderTitle(title),
      description: renderSlackCodeBlock(text),
      keywords: ['portwatch'],
    },
    metadata: {
      threadId: id,
      summary: escapeSlackEntities(renderPlain(title, 99)),
      eventType: 'portwatch.text',
      relatedResources: [],
      additionalContext: {},
    },
  };
}

/** The parts of one digest share a thread. Each digest has a new thread, because a reply in an old thread is easily overlooked. */
export function renderChatNotification(digest: Digest, subject: string): ChatNotification {
  const [first] = digest.alerts;
  const severity = first?.severity ?? worstSeverity((digest.counted ?? []).map((each) => each.severity));
  const arns = digest.alerts.flatMap(({ instance }) => (instance?.arn ? [renderPlain(instance.arn, 200)] : []));
  return {
    version: '1.0',
    source: 'custom',
    id: `${digest.digestId}-${digest.part.index}`,
    content: {
      textType: 'client-markdown',
      title: renderTitle(subject, `${severityEmoji[severity]} `),
      description: renderDescription(digest),
      keywords: ['portwatch', severity, first?.kind ?? 'backlog'].map((keyword) => renderPlain(keyword, 60)),
    },
    metadata: {
      threadId: digest.digestId,
      summary: escapeSlackEntities(subject),
      eventType: 'portwatch.digest',
      relatedResources: [...new Set(arns)].slice(0, maxRelatedResources),
      additionalContext: { account: digest.account, name: renderPlain(digest.name, 80) || '-' },
    },
  };
}

/** `start` is put before the title unescaped, so `start` must be safe in Slack. */
function renderTitle(title: string, start = ''): string {
  return cutEscaped(`${start}${renderSlackText(title, 99)}`, 250);
}

function renderDescription(digest: Digest): string {
  const sections = fitChatAlerts(groupAlerts(digest.alerts), new RenderedAlerts(digest), room);
  const counted = describeCounted(digest.counted);
  if (counted !== null) sections.push(counted);
  if (hasCoverage(digest.alerts)) sections.push(renderSlackText(renderCoverage(digest.coverage), 400));
  return sections.join('\n\n');
}
