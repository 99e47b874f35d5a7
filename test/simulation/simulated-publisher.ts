/** The alert topic, as one scan uses it. */
import type { AlertPublisher } from '../../lambda/scan/interfaces.ts';
import type { Setting } from './setting.ts';
import type { SimulatedScan } from './simulated-scan.ts';

export function buildPublisher(scan: SimulatedScan, { scheduler, model }: Setting): AlertPublisher {
  const error = () => new Error('the topic failed');
  return {
    hasConfirmedSubscriber: () =>
      scheduler.call<boolean>(scan, {
        role: 'publisher',
        name: 'hasConfirmedSubscriber',
        effect: async () => scheduler.isAnybodyListening,
        error,
        onAnswer: (hasSubscriber) => {
          scan.hasSubscriber = hasSubscriber;
        },
      }),
    publish: (message) =>
      scheduler.call<void>(scan, {
        role: 'publisher',
        name: `publish "${message.subject}"`,
        effect: async () => undefined,
        check: (_, fate) => model.onPublish(scan, message, fate),
        error,
      }),
  };
}
