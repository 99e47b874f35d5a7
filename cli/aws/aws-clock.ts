import type { STSClient } from '@aws-sdk/client-sts';

/**
 * Reads the header `Date` of every answer to the client. The returned function gives the time of AWS minus the time of this machine, in ms,
 * by the last answer with a valid time. Without a valid time it gives 0.
 */
export function watchClock({ middlewareStack }: STSClient): () => number {
  let offsetMs = 0;
  middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const { response } = result;
      const headers = typeof response === 'object' && response !== null && 'headers' in response && response.headers;
      const date = typeof headers === 'object' && headers !== null && 'date' in headers ? String(headers.date) : '';
      const sentAt = Date.parse(date);
      if (!Number.isNaN(sentAt)) offsetMs = sentAt - Date.now();
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return () => offsetMs;
}
