/**
 * A stand-in for Amazon SNS on loopback: AWS Query over HTTP. It knows CreateTopic, ListTopics, GetTopicAttributes, Subscribe,
 * ConfirmSubscription, Unsubscribe, ListSubscriptionsByTopic and Publish, with the service's rules for subjects, sizes, structured
 * messages and attributes. Nothing is delivered anywhere: what would be lies in the outbox, to be looked at in process and under
 * `/_emulator/outbox`; `GET /_emulator/` lists the rest. Message attributes are dropped when the message is structured.
 */
import { z } from 'zod';
import { type ActionContext, actions } from './sns/actions.ts';
import { type AcceptedPublication, type Delivery, Outbox } from './sns/outbox.ts';
import { type Subscription, Topics } from './sns/topics.ts';
import { type ControlRoutes, isControl, mergeRoutes, serveControl } from './wire/control.ts';
import { signedRegion } from './wire/json-protocol.ts';
import { type Exchange, startLoopbackServer } from './wire/loopback-server.ts';
import { queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { Script, type Scripted, scriptedBy, scriptRoutes } from './wire/script.ts';

export interface SnsEmulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** `123456789012` by default. */
  account?: string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface SnsEmulator extends Scripted {
  url: string;
  close(): Promise<void>;
  /** What reached a confirmed subscription, oldest first. */
  outbox(): Delivery[];
  /** What `Publish` accepted, answered or not, oldest first. */
  publications(): AcceptedPublication[];
  clearOutbox(): void;
  /** Every subscription of every topic, with its token. */
  subscriptions(): Subscription[];
  /** As if the person had followed the link; every pending one where no endpoint is given. Returns how many were confirmed. */
  confirmSubscriptions(which?: { endpoint?: string | undefined }): number;
}

const dialect = { namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' };

export async function startSnsEmulator(options: SnsEmulatorOptions = {}): Promise<SnsEmulator> {
  const now = options.now ?? Date.now;
  const account = options.account ?? '123456789012';
  const state = { topics: new Topics(account), outbox: new Outbox(), account };
  const script = new Script(now);
  const control = buildControl(state.topics, state.outbox);
  const routes = mergeRoutes(scriptRoutes(script), controlRoutes(control));
  const server = await startLoopbackServer(async (exchange) => {
    if (isControl(exchange)) serveControl(exchange, routes);
    else await serveApi(exchange, { ...state, nowMs: now() }, script);
  }, options);
  return {
    ...control,
    ...scriptedBy(script),
    url: server.url,
    close: () => server.close(),
  };
}

type SnsControl = Omit<SnsEmulator, keyof Scripted | 'url' | 'close'>;

function buildControl(topics: Topics, outbox: Outbox): SnsControl {
  const all = () => topics.list().flatMap((topic) => topic.subscriptions);
  return {
    outbox: () => outbox.deliveries(),
    publications: () => outbox.publications(),
    clearOutbox: () => outbox.clear(),
    subscriptions: () => structuredClone(all()),
    confirmSubscriptions({ endpoint } = {}) {
      const pending = all().filter((one) => !one.isConfirmed && (endpoint === undefined || one.endpoint === endpoint));
      for (const subscription of pending) subscription.isConfirmed = true;
      return pending.length;
    },
  };
}

function controlRoutes(control: SnsControl): ControlRoutes {
  const which = z.strictObject({ endpoint: z.string().optional() });
  return {
    get: { outbox: control.outbox, publications: control.publications, subscriptions: control.subscriptions },
    post: {
      'clear-outbox': () => control.clearOutbox(),
      'confirm-subscriptions': (input) => ({ confirmed: control.confirmSubscriptions(which.parse(input)) }),
    },
  };
}

async function serveApi(
  exchange: Exchange,
  state: Omit<ActionContext, 'form' | 'region'>,
  script: Script,
): Promise<void> {
  const form = new URLSearchParams(exchange.body);
  const operation = form.get('Action') ?? '';
  const region = signedRegion(exchange, 'sns');
  const subject = { operation, region, params: Object.fromEntries(form), body: exchange.body };
  await script.run(exchange, subject, {
    perform: () => {
      if (region === null) throw new Refusal({ name: 'MissingAuthenticationToken', status: 403 });
      const action = Object.hasOwn(actions, operation) ? actions[operation] : undefined;
      if (action === undefined) throw new Refusal({ name: 'InvalidAction', message: `No action ${operation}` });
      return queryReply(dialect, operation, action({ ...state, form, region }));
    },
    renderError: (answer) => queryError(dialect, answer),
  });
}
