/** CloudTrail for one scan: it may deny access, fail, or answer late. */
import type { CallReader, FoundCalls } from '../../lambda/scan/interfaces.ts';
import type { Setting } from './setting.ts';
import type { SimulatedScan } from './simulated-scan.ts';
import type { Trail } from './trail.ts';

export function buildCallReader(scan: SimulatedScan, trail: Trail, { scheduler, model, product }: Setting): CallReader {
  return {
    findCalls: (lookup) =>
      scheduler.call<FoundCalls>(scan, {
        role: 'reader',
        name: `findCalls ${lookup.region} from ${lookup.from}, ${lookup.names?.length} names`,
        effect: async () => {
          scheduler.events.add('calls looked up');
          if (scheduler.isTrailDenied) throw new product.ReadError('access-denied', 'LookupEvents is not allowed');
          const until = trail.cut(lookup);
          if (until !== lookup.until) scheduler.events.add('lookup without time for all calls');
          return { calls: trail.find({ ...lookup, until }), ignored: {}, until };
        },
        error: () => new product.ReadError('throttled', 'Rate exceeded'),
        onAnswer: ({ calls }) => {
          scan.foundCalls.push(...calls);
          model.onLookedUp(lookup.region);
        },
      }),
  };
}
