/** A stand-in for AWS STS on loopback: `GetCallerIdentity` alone, so that a command can ask which account it is in. */
import { isControl, serveControl } from './wire/control.ts';
import { startLoopbackServer } from './wire/loopback-server.ts';
import { queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface StsEmulatorOptions {
  port?: number;
  /** `123456789012` by default. */
  account?: string;
  now?: () => number;
}

export interface StsEmulator extends Scripted {
  url: string;
  close(): Promise<void>;
}

const dialect = { namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };

export async function startStsEmulator(options: StsEmulatorOptions = {}): Promise<StsEmulator> {
  const account = options.account ?? '123456789012';
  const script = new Script(options.now);
  const routes = scriptRoutes(script);
  const identity = { Arn: `arn:aws:iam::${account}:user/emulated`, UserId: 'AIDAEMULATED', Account: account };
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) return serveControl(exchange, routes);
    const form = new URLSearchParams(exchange.body);
    const operation = form.get('Action') ?? '';
    const subject = { operation, region: null, params: Object.fromEntries(form), body: exchange.body };
    await script.run(exchange, subject, {
      perform: () => {
        if (operation !== 'GetCallerIdentity') throw new Refusal({ name: 'InvalidAction' });
        return queryReply(dialect, operation, identity);
      },
      renderError: (answer) => queryError(dialect, answer),
    });
  }, options);
  return {
    ...scriptedBy(script),
    url: server.url,
    close: () => server.close(),
  };
}
