/** The collector as the design describes it, in few lines: it stands in the runs for the collector of the product. */
import type { SnsMessage } from '../../lambda/alerts/sns-message.ts';
import type { AccountStore, AlertPublisher, OutboxStore, StoredGroup } from '../../lambda/scan/interfaces.ts';

export interface CollectorSetup {
  outbox: OutboxStore;
  accounts: AccountStore;
  publisher: AlertPublisher;
  /** False: another run has the lease. */
  takeLease(): Promise<boolean>;
  returnLease(): Promise<void>;
  /** The pass is over: every account was scanned or failed, or the interval is over. */
  isPassOver(): Promise<boolean>;
  /** Every account was scanned, and every scan was complete. */
  isPassComplete(): Promise<boolean>;
  /** False: critical alerts were published less than 30 seconds ago. Otherwise it notes the present instant. */
  mayPublishCritical(): Promise<boolean>;
  clock: () => number;
}

/** `endsPass`: a new pass begins, so that the pass before is over. */
export async function collect(setup: CollectorSetup, endsPass: boolean): Promise<void> {
  const { outbox, accounts, publisher } = setup;
  if (!(await setup.takeLease())) return;
  if (await publisher.hasConfirmedSubscriber()) {
    const { pass } = await accounts.loadAccounts();
    const isOver = pass !== null && (endsPass || (pass.endedAt === null && (await setup.isPassOver())));
    const { groups } = await outbox.loadGroups(null, 1_000, !isOver);
    if (groups.length > 0 && (isOver || (await setup.mayPublishCritical()))) {
      await publisher.publish(buildMessage(groups));
      for (const { key } of groups) await outbox.deleteGroup(key);
    }
    if (isOver) {
      const complete = await setup.isPassComplete();
      await accounts.savePass({ ...pass, endedAt: new Date(setup.clock()).toISOString(), complete });
    }
  }
  await setup.returnLease();
}

function buildMessage(groups: readonly StoredGroup[]): SnsMessage {
  const alerts = groups.flatMap(({ account, accountName, alerts: all }) =>
    all.map((alert) => ({ ...alert, account, accountName })),
  );
  const json = JSON.stringify({ schema: 'portwatch.digest/2', alerts });
  return { subject: `${alerts.length} alerts`, message: JSON.stringify({ default: json }), attributes: {} };
}
