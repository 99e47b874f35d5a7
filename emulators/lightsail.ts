/**
 * A stand-in for Amazon Lightsail on loopback: AWS JSON 1.1 over HTTP, for the real SDK, boto3 and the AWS CLI. It supports GetRegions,
 * GetInstances, GetInstance, GetInstancePortStates, Open/Close/PutInstancePublicPorts, GetOperationsForResource, SetIpAddressType,
 * CreateInstances and DeleteInstance, and refuses what the service's model refuses. GetRelationalDatabases and GetStaticIps always answer
 * with an empty list. If the meaning of a missing source list is not documented, the stand-in assumes the most dangerous meaning (see
 * `lightsail/port-info.ts`).
 *
 * Each account has its own fleet. A request with a key of an assumed role, from the stand-in of STS, is about the fleet of that role's
 * account. Every other request is about the home account (see `wire/signed-account.ts`).
 *
 * A caller controls the stand-in in process or, with the same names in kebab-case, under `/_emulator/` on the same port: `curl -d
 * '{"region":"eu-west-1","name":"web-1","portStates":[]}' $AWS_ENDPOINT_URL_LIGHTSAIL/_emulator/set-port-states`. `GET /_emulator/` lists
 * the routes. The stand-in shares no code with the product, because shared code would have the same mistakes on both sides.
 */
import { Accounts } from './lightsail/accounts.ts';
import { buildControl, controlRoutes, type LightsailControl } from './lightsail/control.ts';
import type { NewInstance } from './lightsail/fleet.ts';
import { type OperationContext, operations } from './lightsail/operations.ts';
import { Pages } from './lightsail/pages.ts';
import { describeJson, jsonError, jsonReply, looseParams, parseParams } from './wire/json-protocol.ts';
import type { Exchange } from './wire/loopback-server.ts';
import { RateLimit } from './wire/rate-limit.ts';
import { Refusal } from './wire/reply.ts';
import { checkSession, signedAccount } from './wire/signed-account.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

export interface LightsailEmulatorOptions extends AccountOptions {
  /** Default: the 20 regions of the SDK; the four opt-in regions among them are not enabled. */
  regions?: string[];
  /** Regions that `GetRegions` lists and that answer with UnrecognizedClientException. */
  notEnabledRegions?: string[];
  instances?: NewInstance[];
  /** Instances on each page. Default: 5 (the page size of the service is not documented). */
  pageSize?: number;
  latencyMs?: number;
}

export interface LightsailEmulator extends LightsailControl, StandIn {
  /**
   * In process only: called, and awaited, before each request is performed, so that a test can act between two requests. `null`: no
   * listener.
   */
  onRequest(listener: ((request: EmulatedRequest) => unknown) | null): void;
}

export interface EmulatedRequest {
  operation: string;
  region: string | null;
  account: string;
  params: unknown;
}

export async function startLightsailEmulator(options: LightsailEmulatorOptions = {}): Promise<LightsailEmulator> {
  const now = options.now ?? Date.now;
  const accounts = new Accounts(options.account ?? defaultAccount, now);
  const rateLimit = new RateLimit(now);
  const pages = new Pages(options.pageSize ?? 5);
  const control = buildControl(accounts, rateLimit);
  const { regions, notEnabledRegions: notEnabled } = options;
  if (regions !== undefined || notEnabled !== undefined) {
    control.setRegions({ regions: regions ?? accounts.common.regions, notEnabled: notEnabled ?? [] });
  }
  for (const instance of options.instances ?? []) accounts.fleet().add(instance);
  let listener: ((request: EmulatedRequest) => unknown) | null = null;
  const standIn = await startStandIn(
    {
      routes: controlRoutes(control, accounts),
      describe: (exchange) => describeRequest(exchange, pages, accounts.home),
      perform: async (exchange, { operation, region, params }) => {
        const account = signedAccount(exchange, accounts.home);
        await listener?.({ operation, region, account, params });
        checkSession(exchange, now());
        checkAccount(accounts, account, operation);
        const fleet = accounts.fleet(account);
        return jsonReply(performOperation(exchange, { fleet, pages, region, operation }, rateLimit));
      },
      renderError: jsonError,
    },
    options,
  );
  standIn.setLatency({ ms: options.latencyMs ?? 0 });
  const onRequest: LightsailEmulator['onRequest'] = (given) => {
    listener = given;
  };
  return { ...standIn, ...control, onRequest };
}

function describeRequest(exchange: Exchange, pages: Pages, home: string) {
  const facts = describeJson(exchange, 'Lightsail_20161128', 'lightsail');
  const params = looseParams(exchange);
  const name = params['instanceName'] ?? params['resourceName'];
  return {
    ...facts,
    account: signedAccount(exchange, home),
    instanceName: typeof name === 'string' ? name : undefined,
    page: facts.operation === 'GetInstances' ? pages.pageNumber(params['pageToken']) : undefined,
  };
}

function checkAccount({ suspended }: Accounts, account: string, operation: string): void {
  if (!suspended.has(account)) return;
  const message = `User is not authorized to perform: lightsail:${operation} because the account is suspended`;
  throw new Refusal({ name: 'AccessDeniedException', message });
}

/** Checks in the order of the service: the signature and the region, the rate limit, then the request itself. */
function performOperation(
  exchange: Exchange,
  call: Pick<OperationContext, 'fleet' | 'pages'> & { region: string | null; operation: string },
  rateLimit: RateLimit,
): unknown {
  const { fleet, region } = call;
  const { regions, notEnabled, readings } = fleet.common;
  if (region === null) {
    throw new Refusal({
      name: 'MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    });
  }
  if (!regions.includes(region) || notEnabled.has(region)) {
    // AWS services give this answer in a region that the account has not enabled. Wrong credentials have the same answer.
    const message = 'The security token included in the request is invalid.';
    throw new Refusal({ name: readings.regionError, message });
  }
  if (!rateLimit.accepts(`${fleet.account}#${region}`))
    throw new Refusal({ name: 'ThrottlingException', message: 'Rate exceeded' });
  const operation = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (operation === undefined) throw new Refusal({ name: 'UnknownOperationException' });
  return operation({ ...call, region, params: parseParams(exchange) });
}
