/**
 * A stand-in for AWS CloudTrail on loopback: `LookupEvents` alone. Records are put in by hand, as the service would have them, and come
 * to light after a delay, as they do there. Access denied is a fault: `{ kind: 'error', name: 'AccessDeniedException' }`.
 */
import { RecordBook } from './cloudtrail/record-book.ts';
import { RateLimit } from './lightsail/rate-limit.ts';
import { isControl, mergeRoutes, serveControl } from './wire/control.ts';
import { jsonError, jsonReply, looseParams, parseParams, parseTarget, signedRegion } from './wire/json-protocol.ts';
import { startLoopbackServer } from './wire/loopback-server.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface CloudTrailEmulatorOptions {
  port?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface CloudTrailEmulator extends Scripted {
  url: string;
  /** A record as CloudTrail writes it; whatever is missing or odd in it stays so. Its region: `awsRegion`, if not given here. */
  addRecord(input: { region?: string; record: Record<string, unknown>; text?: string }): void;
  clearRecords(): void;
  /** Records that are added from now on come to light so much later; 0 at first. */
  setDelay(delay: { ms: number }): void;
  /** `null`: no limit, as at first. The service takes 2 a second for each region. */
  setRateLimit(limit: { perSecond: number | null }): void;
  close(): Promise<void>;
}

/** The SDK for JavaScript says the short one, the AWS CLI the long one. */
const targets = ['CloudTrail_20131101', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101'];

export async function startCloudTrailEmulator(options: CloudTrailEmulatorOptions = {}): Promise<CloudTrailEmulator> {
  const now = options.now ?? Date.now;
  const script = new Script(options.now);
  const records = new RecordBook(now);
  const rateLimit = new RateLimit(now);
  const control = {
    addRecord: (input: unknown) => records.add(input),
    clearRecords: () => records.clear(),
    setDelay: (input: unknown) => records.setDelay(input),
    setRateLimit: ({ perSecond }: { perSecond: number | null }) => rateLimit.set(perSecond),
  };
  const routes = mergeRoutes(scriptRoutes(script), {
    get: {},
    post: { 'add-record': control.addRecord, 'clear-records': control.clearRecords, 'set-delay': control.setDelay },
  });
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const operation = targets.map((target) => parseTarget(exchange, target)).find((name) => name !== '') ?? '';
    const region = signedRegion(exchange, 'cloudtrail');
    const subject = { operation, region, params: looseParams(exchange), body: exchange.body };
    await script.run(exchange, subject, {
      perform: () => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationTokenException' });
        if (operation !== 'LookupEvents') throw new Refusal({ name: 'UnknownOperationException' });
        if (!rateLimit.isPassed(region)) {
          throw new Refusal({ name: 'ThrottlingException', message: 'Rate exceeded' });
        }
        return jsonReply(records.lookUp(region, parseParams(exchange)));
      },
      renderError: jsonError,
    });
  }, options);
  return { ...control, ...scriptedBy(script), url: server.url, close: () => server.close() };
}
