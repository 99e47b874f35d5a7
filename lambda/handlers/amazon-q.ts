/** Publishes each message of the alert topic as a notification for Amazon Q Developer, which posts to Slack. */
import { renderChatMessage } from '../alerts/amazon-q-notification.ts';
import { forwardMessages } from './forward-messages.ts';

export const handler = forwardMessages('amazon-q', ({ text, subject }) => [
  { message: renderChatMessage(text, subject), attributes: {} },
]);
