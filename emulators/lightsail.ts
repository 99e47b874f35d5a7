/**
 * A stand-in for Amazon Lightsail on loopback: AWS JSON 1.1 over HTTP, spoken to by the real SDK, boto3 and the AWS CLI. It knows
 * GetRegions, GetInstances, GetInstance, GetInstancePortStates, Open/Close/PutInstancePublicPorts, SetIpAddressType,
 * CreateInstances and DeleteInstance, refuses what the service's model refuses, and takes the hostile reading where the service's
 * defaults are not documented (see `lightsail/port-info.ts`).
 *
 * It can be driven in process and, by the same names in kebab-case, under `/_emulator/` on the same port:
 * `curl -d '{"region":"eu-west-1","name":"web-1","portStates":[]}' $AWS_ENDPOINT_URL_LIGHTSAIL/_emulator/set-port-states`.
 * `GET /_emulator/` lists what there is. It shares no code with the product: it would share its mistakes.
 */
import { buildControl, controlRoutes, type LightsailControl } from './lightsail/control.ts';
import { Fleet, type NewInstance } from './lightsail/fleet.ts';
import { type OperationContext, operations } from './lightsail/operations.ts';
import { Pages } from './lightsail/pages.ts';
import { RateLimit } from './lightsail/rate-limit.ts';
import { isControl, mergeRoutes, serveControl } from './wire/control.ts';
import { jsonError, jsonReply, looseParams, parseParams, parseTarget, signedRegion } from './wire/json-protocol.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface LightsailEmulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** `123456789012` by default. */
  account?: string;
  /** The 20 regions of the SDK by default, of which the four opt-in ones are not enabled. */
  regions?: string[];
  /** Regions that `GetRegions` names and that answer UnrecognizedClientException. */
  notEnabledRegions?: string[];
  instances?: NewInstance[];
  /** Instances a page; 5 by default (the service's own number is not documented). */
  pageSize?: number;
  latencyMs?: number;
  /** Milliseconds since 1970, for `createdAt`, the call log and the rate limit. */
  now?: () => number;
}

export interface LightsailEmulator extends LightsailControl, Scripted {
  url: string;
  close(): Promise<void>;
}

export async function startLightsailEmulator(options: LightsailEmulatorOptions = {}): Promise<LightsailEmulator> {
  const now = options.now ?? Date.now;
  const fleet = new Fleet(options.account ?? '123456789012', now);
  const rateLimit = new RateLimit(now);
  const pages = new Pages(options.pageSize ?? 5);
  const script = new Script(now);
  const control = buildControl(fleet, rateLimit);
  const { regions, notEnabledRegions: notEnabled } = options;
  if (regions !== undefined || notEnabled !== undefined) {
    control.setRegions({ regions: regions ?? fleet.regions, notEnabled: notEnabled ?? [] });
  }
  for (const instance of options.instances ?? []) fleet.add(instance);
  script.setLatency({ ms: options.latencyMs ?? 0 });
  const routes = mergeRoutes(scriptRoutes(script), controlRoutes(control, fleet));
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) serveControl(exchange, routes);
    else await serveApi(exchange, { fleet, pages }, rateLimit, script);
  }, options);
  return {
    ...control,
    ...scriptedBy(script),
    url: server.url,
    close: () => server.close(),
  };
}

async function serveApi(
  exchange: Exchange,
  state: Pick<OperationContext, 'fleet' | 'pages'>,
  rateLimit: RateLimit,
  script: Script,
): Promise<void> {
  const operation = parseTarget(exchange, 'Lightsail_20161128');
  const region = signedRegion(exchange, 'lightsail');
  const params = looseParams(exchange);
  const name = params['instanceName'] ?? params['resourceName'];
  const subject = {
    operation,
    region,
    params,
    body: exchange.body,
    instanceName: typeof name === 'string' ? name : undefined,
    page: operation === 'GetInstances' ? state.pages.pageNumber(params['pageToken']) : undefined,
  };
  await script.run(exchange, subject, {
    perform: () => jsonReply(performOperation(exchange, { ...state, region, operation }, rateLimit)),
    renderError: jsonError,
  });
}

/** In the service's order: the signature and the region, then the rate, then the request itself. */
function performOperation(
  exchange: Exchange,
  call: Pick<OperationContext, 'fleet' | 'pages'> & { region: string | null; operation: string },
  rateLimit: RateLimit,
): unknown {
  const { fleet, region } = call;
  if (region === null) {
    throw new Refusal({
      name: 'MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    });
  }
  if (!fleet.regions.includes(region) || fleet.notEnabled.has(region)) {
    // What AWS services answer in a region that the account has not enabled: it looks like bad credentials.
    const message = 'The security token included in the request is invalid.';
    throw new Refusal({ name: 'UnrecognizedClientException', message });
  }
  if (!rateLimit.isPassed(region)) throw new Refusal({ name: 'ThrottlingException', message: 'Rate exceeded' });
  const operation = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (operation === undefined) throw new Refusal({ name: 'UnknownOperationException' });
  return operation({ ...call, region, params: parseParams(exchange) });
}
