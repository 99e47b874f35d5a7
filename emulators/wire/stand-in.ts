/** The common part of every stand-in: an HTTP server on loopback that logs each request, applies the planned faults, and answers. */
import { type ControlRoutes, isControl, mergeRoutes, serveControl } from './control.ts';
import type { RequestFacts } from './fault-plan.ts';
import { type Exchange, startLoopbackServer } from './loopback-server.ts';
import type { ErrorAnswer, Reply } from './reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './request-log-and-faults.ts';

export interface StandInOptions {
  /** Default: 0, which selects any free port. */
  port?: number;
  /** Milliseconds since 1970, for the request log and for everything that depends on time. Default: `Date.now`. */
  now?: () => number;
}

export interface AccountOptions extends StandInOptions {
  /** The account of each request that is not signed with a key from the stand-in of STS. Default: `123456789012`. */
  account?: string;
}

export const defaultAccount = '123456789012';

export interface StandIn extends Scripted {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  url: string;
  close(): Promise<void>;
}

/** The part of a stand-in that differs from service to service. */
interface Service {
  describe(exchange: Exchange): RequestFacts;
  /** Throws `Refusal` for an input that the service refuses. */
  perform(exchange: Exchange, facts: RequestFacts): Reply | Promise<Reply>;
  renderError(answer: ErrorAnswer): Reply;
  /** Routes under `/_emulator/`, in addition to those of every stand-in. */
  routes?: ControlRoutes;
}

export async function startStandIn(service: Service, options: StandInOptions): Promise<StandIn> {
  const script = new Script(options.now);
  const routes = mergeRoutes(scriptRoutes(script), service.routes ?? { get: {}, post: {} });
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const facts = service.describe(exchange);
    await script.run(exchange, facts, {
      perform: () => service.perform(exchange, facts),
      renderError: service.renderError,
    });
  }, options);
  return { ...scriptedBy(script), url: server.url, close: () => server.close() };
}
