/** For programs: publishes each alert of a digest as a separate message to the event topic. */
import { planEventMessages } from '../alerts/event-messages.ts';
import { forwardMessages } from './forward-messages.ts';

export const handler = forwardMessages('event-topic', ({ text }) => planEventMessages(text));
