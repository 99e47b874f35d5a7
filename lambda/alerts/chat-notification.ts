import type { Digest } from '../contract/json-event.ts';
import { worstSeverity } from '../firewall/index.ts';
import { renderCoverage } from './email.ts';
import { escapeSlackEntities, renderPlain, renderSlackText } from './escape.ts';
import { groupIntoSections } from './sections.ts';
import { renderSlackSection, severityEmoji } from './slack-text.ts';

/**
 * The custom-notification schema of Amazon Q Developer in chat applications (AWS Chatbot admin guide, "Custom notifications"): what does
 * not conform is dropped without a word. Its limits are not documented; 250 characters for the title and 8,000 for the description are
 * kept as caps.
 */
export interface ChatNotification {
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

const maxDescriptionLength = 7_500;
const maxRelatedResources = 10;

/** The parts of one digest share a thread; digests do not, or the next critical one would hide below the last. */
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
      // A subject of 99 characters, of which every one may be an ampersand, stays under 250 only without the rest of them.
      title: `${severityEmoji[severity]} ${renderSlackText(subject, 99)}`.slice(0, 250).replace(/&[a-z]*$/, ''),
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

function renderDescription(digest: Digest): string {
  const sections = groupIntoSections(digest.alerts);
  const said: string[] = [];
  let length = 0;
  for (const [index, section] of sections.entries()) {
    const text = renderSlackSection(section, digest.account);
    length += text.length + 2;
    if (length > maxDescriptionLength) {
      said.push(`and ${sections.length - index} more: they are in the mail`);
      break;
    }
    said.push(text);
  }
  const counted = (digest.counted ?? []).reduce((sum, { count }) => sum + count, 0);
  if (counted > 0) said.push(`${counted} more alerts of a backlog are counted only: they are in the table`);
  const isTest = digest.alerts.some(({ kind }) => kind === 'test');
  return [...said, ...(isTest ? [] : [renderSlackText(renderCoverage(digest.coverage), 400)])].join('\n\n');
}
