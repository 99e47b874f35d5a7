import { describeApiCall, describeDoubt } from '../../lambda/alerts/describe-attribution.ts';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { renderCount } from '../../lambda/alerts/render-count.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { RenderTime } from '../time/render-time.ts';

/** A text shows at most this number of calls. The output of `--json` has all calls. */
const maxCalls = 4;

/** `by: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 2026-11-23 10:01:03 UTC`, in the words of the alerts. */
export function describeAttribution(attribution: Attribution | null | undefined, renderTime: RenderTime): string {
  if (!attribution || attribution.calls.length === 0) return 'by: not known';
  const { calls } = attribution;
  const shown = calls.slice(0, maxCalls).map((call) => describeApiCall(call, renderPlain, renderTime));
  const more = calls.length > maxCalls ? `; and ${renderCount(calls.length - maxCalls, 'more call')}` : '';
  const doubt = describeDoubt(attribution);
  return `by: ${shown.join('; then ')}${more}${doubt === null ? '' : `. ${doubt}`}`;
}
