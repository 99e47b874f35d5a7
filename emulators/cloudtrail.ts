/**
 * A stand-in for AWS CloudTrail on loopback: `LookupEvents`, and `DescribeTrails`, `GetTrailStatus` and `GetEventSelectors` of trails that
 * the caller sets. Records are added by the caller in the service's format, and become visible after a delay, as in the service. To refuse
 * access, the caller sets the fault `{ kind: 'error', name: 'AccessDeniedException' }`.
 */
import { RecordBook } from './cloudtrail/record-book.ts';
import { describeJson, jsonError, jsonReply, parseParams, parseTarget } from './wire/json-protocol.ts';
import { RateLimit } from './wire/rate-limit.ts';
import { Refusal } from './wire/reply.ts';
import { checkSession, signedAccount } from './wire/signed-account.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

export interface CloudTrailEmulator extends StandIn {
  /**
   * Adds a record in CloudTrail's format. Missing and unusual fields are kept. Default region: `awsRegion` of the record; default account:
   * the stand-in's own.
   */
  addRecord(input: { account?: string; region?: string; record: Record<string, unknown>; text?: string }): void;
  clearRecords(): void;
  /** Replaces all trails. A multi-region trail is described in every region. */
  setTrails(trails: readonly EmulatedTrail[]): void;
  /** Records that are added from now on become visible after this delay; 0 at the start. */
  setDelay(delay: { ms: number }): void;
  /**
   * The limit of `LookupEvents`; `null`: no limit, as at the start. The service accepts 2 requests a second in each region of an account.
   */
  setRateLimit(limit: { perSecond: number | null }): void;
}

interface EmulatedTrail {
  arn: string;
  homeRegion: string;
  isMultiRegion: boolean;
  isLogging: boolean;
  /** The answer of `GetEventSelectors`, without the ARN. */
  selectors: Readonly<Record<string, unknown>>;
}

/** The prefixes of the header `X-Amz-Target`. The SDK for JavaScript sends the short prefix, the AWS CLI the long one. */
const targetPrefixes = ['CloudTrail_20131101', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101'];

export async function startCloudTrailEmulator(options: AccountOptions = {}): Promise<CloudTrailEmulator> {
  const now = options.now ?? Date.now;
  const home = options.account ?? defaultAccount;
  const records = new RecordBook(home, now);
  const rateLimit = new RateLimit(now);
  let trails: readonly EmulatedTrail[] = [];
  const control = {
    setTrails: (given: readonly EmulatedTrail[]) => {
      trails = given;
    },
    addRecord: (input: unknown) => records.add(input),
    clearRecords: () => records.clear(),
    setDelay: (input: unknown) => records.setDelay(input),
    setRateLimit: ({ perSecond }: { perSecond: number | null }) => rateLimit.set(perSecond),
  };
  const standIn = await startStandIn(
    {
      routes: {
        get: {},
        post: { 'add-record': control.addRecord, 'clear-records': control.clearRecords, 'set-delay': control.setDelay },
      },
      describe: (exchange) => {
        const prefix = targetPrefixes.find((each) => parseTarget(exchange, each) !== '') ?? '';
        return { ...describeJson(exchange, prefix, 'cloudtrail'), account: signedAccount(exchange, home) };
      },
      perform: (exchange, { operation, region }) => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationTokenException' });
        checkSession(exchange, now());
        const account = signedAccount(exchange, home);
        const described = describeTrails(operation, region, parseParams(exchange), trails);
        if (described !== null) return jsonReply(described);
        if (operation !== 'LookupEvents') throw new Refusal({ name: 'UnknownOperationException' });
        if (!rateLimit.accepts(`${account}#${region}`))
          throw new Refusal({ name: 'ThrottlingException', message: 'Rate exceeded' });
        return jsonReply(records.lookUp({ account, region }, parseParams(exchange)));
      },
      renderError: jsonError,
    },
    options,
  );
  return { ...standIn, ...control };
}

/** The answer to an operation about trails; `null` for every other operation. */
function describeTrails(
  operation: string,
  region: string,
  params: Record<string, unknown>,
  trails: readonly EmulatedTrail[],
): unknown {
  const here = trails.filter(({ homeRegion, isMultiRegion }) => isMultiRegion || homeRegion === region);
  if (operation === 'DescribeTrails')
    return {
      trailList: here.map(({ arn, homeRegion, isMultiRegion }) => ({
        Name: arn.split('/').at(-1),
        TrailARN: arn,
        HomeRegion: homeRegion,
        IsMultiRegionTrail: isMultiRegion,
      })),
    };
  if (operation !== 'GetTrailStatus' && operation !== 'GetEventSelectors') return null;
  const trail = here.find(({ arn }) => arn === (params['Name'] ?? params['TrailName']));
  if (trail === undefined) throw new Refusal({ name: 'TrailNotFoundException' });
  return operation === 'GetTrailStatus' ? { IsLogging: trail.isLogging } : { TrailARN: trail.arn, ...trail.selectors };
}
