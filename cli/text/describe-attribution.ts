import { renderPlain } from '../../lambda/alerts/escape.ts';
import type { AttributedCall, Attribution } from '../../lambda/history/attribution.ts';
import type { RenderTime } from './render-time.ts';

/** Calls that are named one by one; the JSON has them all. */
const maxCalls = 4;

/** `by: IAM user alice, from 198.51.100.7 (console), PutInstancePublicPorts at 2026-11-23 10:01:03 UTC` */
export function describeAttribution(attribution: Attribution | null | undefined, renderTime: RenderTime): string {
  if (!attribution || attribution.calls.length === 0) return 'by: not known';
  const { calls, fit } = attribution;
  const named = calls.slice(0, maxCalls).map((call) => describeCall(call, renderTime));
  const more = calls.length > maxCalls ? `; and ${calls.length - maxCalls} more calls` : '';
  return `by: ${named.join('; then ')}${more}${doubts[fit]}`;
}

const doubts: Readonly<Record<Attribution['fit'], string>> = {
  explained: '',
  'not-explained': ' (but these calls alone do not make this change: somebody else may have had a part in it)',
  'not-told': ' (the records leave out whether these calls made all of this change)',
};

function describeCall({ by, sourceIpAddress, through, name, at }: AttributedCall, renderTime: RenderTime): string {
  const from = sourceIpAddress === null ? '' : `, from ${renderPlain(sourceIpAddress, 100)}`;
  const way = through === null ? '' : ` (${through === 'aws-service' ? 'an AWS service' : through})`;
  return `${renderPlain(by, 120)}${from}${way}, ${renderPlain(name, 60)} at ${renderTime(at)}`;
}
