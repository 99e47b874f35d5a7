/** Publishes each alert of a message as a message of its own to the event topic, for programs. */
import { planEventMessages } from '../alerts/event-messages.ts';
import { forwardMessages } from './forward-messages.ts';

export const handler = forwardMessages('event-topic', ({ text }) => planEventMessages(text));
