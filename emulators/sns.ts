/**
 * A stand-in for Amazon SNS on loopback: AWS Query over HTTP. It supports CreateTopic, ListTopics, GetTopicAttributes, Subscribe,
 * ConfirmSubscription, Unsubscribe, ListSubscriptionsByTopic, GetSubscriptionAttributes and Publish, with the service's rules for subjects,
 * sizes, structured messages and attributes. It delivers nothing: the outbox stores each delivery, in process and under
 * `/_emulator/outbox`; `GET /_emulator/` lists the other routes. Message attributes are dropped if the message is structured.
 */
import { z } from 'zod';
import { actions } from './sns/actions.ts';
import { type AcceptedPublication, type Delivery, Outbox } from './sns/outbox.ts';
import { type Subscription, Topics } from './sns/topics.ts';
import type { ControlRoutes } from './wire/control.ts';
import { signedRegion } from './wire/json-protocol.ts';
import { describeForm, queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { type AccountOptions, defaultAccount, type StandIn, startStandIn } from './wire/stand-in.ts';

export interface SnsEmulator extends StandIn {
  /** Deliveries to confirmed subscriptions, oldest first. */
  outbox(): Delivery[];
  /** Every accepted `Publish`, oldest first, even if its answer was lost. */
  publications(): AcceptedPublication[];
  clearOutbox(): void;
  /** Every subscription of every topic, with its token. */
  subscriptions(): Subscription[];
  /**
   * Confirms subscriptions, as a person does with the link. Without an endpoint, confirms every pending subscription. Returns the number of
   * newly confirmed subscriptions.
   */
  confirmSubscriptions(which?: { endpoint?: string | undefined }): number;
}

const dialect = { namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' };

export async function startSnsEmulator(options: AccountOptions = {}): Promise<SnsEmulator> {
  const now = options.now ?? Date.now;
  const account = options.account ?? defaultAccount;
  const topics = new Topics(account);
  const outbox = new Outbox();
  const control = buildControl(topics, outbox);
  const standIn = await startStandIn(
    {
      routes: controlRoutes(control),
      describe: (exchange) => describeForm(exchange, signedRegion(exchange, 'sns')),
      perform: ({ body }, { operation, region }) => {
        if (region === null) throw new Refusal({ name: 'MissingAuthenticationToken', status: 403 });
        const action = Object.hasOwn(actions, operation) ? actions[operation] : undefined;
        if (action === undefined) throw new Refusal({ name: 'InvalidAction', message: `No action ${operation}` });
        const form = new URLSearchParams(body);
        return queryReply(dialect, operation, action({ topics, outbox, account, form, region, nowMs: now() }));
      },
      renderError: (answer) => queryError(dialect, answer),
    },
    options,
  );
  return { ...standIn, ...control };
}

type SnsControl = Omit<SnsEmulator, keyof StandIn>;

function buildControl(topics: Topics, outbox: Outbox): SnsControl {
  return {
    outbox: () => outbox.deliveries(),
    publications: () => outbox.publications(),
    clearOutbox: () => outbox.clear(),
    subscriptions: () => structuredClone(topics.subscriptions()),
    confirmSubscriptions({ endpoint } = {}) {
      const pending = topics
        .subscriptions()
        .filter((one) => !one.isConfirmed && (endpoint === undefined || one.endpoint === endpoint));
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
