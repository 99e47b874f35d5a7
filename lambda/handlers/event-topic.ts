/** Publishes each alert of a message of the alert topic to the event topic, as a message of its own for programs. */
import { planEventMessages } from '../alerts/event-messages.ts';
import { forwardMessages } from './forward-messages.ts';

export const handler = forwardMessages('event-topic', ({ text }) => planEventMessages(text));
