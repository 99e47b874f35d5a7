import type { WatchedAccount } from '../../../lambda/accounts/watched-account.ts';
import { callOnce } from '../../../lambda/adapters/call-once.ts';
import { renderPlain } from '../../../lambda/alerts/escape.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { loadApprovals } from '../../aws/load-approvals.ts';
import { listAccountSpots, listRegistrySpots, loadBlindSpots } from '../../aws/load-blind-spots.ts';
import { loadListeners } from '../../aws/load-listeners.ts';
import { loadScansBack } from '../../aws/load-scans-around.ts';
import { type DeploymentAccount, forEachAccount, withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnreadableApprovals } from '../../aws/refuse-unreadable-approvals.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { refuseUnknownNames } from '../../options/refuse-unknown-names.ts';
import type { AccountNames } from '../../questions/account-names.ts';
import { findHidingSpot } from '../../questions/blind-spots.ts';
import { type AccountFleet, fleetStatus, joinFleets } from '../../questions/fleet-status.ts';
import { findWaitingAlerts, joinWaiting } from '../../questions/waiting-alerts.ts';
import { listSome } from '../../text/list-some.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { readNow } from '../../time/clock.ts';
import { buildRenderTime, type RenderTime } from '../../time/render-time.ts';
import { chooseZone } from '../../time/zone.ts';
import { chooseShown, chooseSpots, listResources, type StatusOptions } from './choose-shown.ts';
import { decideExitCode } from './decide-exit-code.ts';
import { loadAllUnapproved } from './load-unapproved.ts';
import { renderStatus } from './render-status.ts';
import { toStatusDocument } from './to-status-document.ts';

export async function runStatus(options: StatusOptions, context: CommandContext): Promise<void> {
  const { terminal, interrupted, endWith } = context;
  // JSON needs no time zone, so the zone is chosen only when a text needs it.
  const readRenderTime = callOnce(() => buildRenderTime(chooseZone(options)));
  if (!options.json) readRenderTime();
  const renderTime: RenderTime = (instant) => readRenderTime()(instant);
  await withDeployment(options, context, async (deployment) => {
    const { account, names, several } = deployment;
    const now = readNow(context);
    const at = toInstant(now);
    const loaded = await forEachAccount(deployment, (each) => loadAccountStatus(each, at, names));
    refuseWithoutRecords(deployment, loaded);
    const unapproved = await loadAllUnapproved(loaded, at, options);
    const outbox = several === null ? null : await deployment.loadOutbox();
    // The listeners are loaded after the table, so that an error of the table leaves no request running.
    const listeners = await loadListeners(options, deployment, interrupted);
    const [first] = loaded;
    if (first === undefined) throw new Error('a deployment without accounts has no records');
    const whole = joinFleets(loaded.map(({ joined }) => joined));
    const shown = chooseShown(whole, options);
    const view = {
      ...shown,
      account,
      now,
      lastScan: findOldestScan(loaded.map(({ fleet }) => fleet.lastScan)),
      instancesKnown: whole.instances.length,
      ratedBy: first.ratedBy,
      listeners,
      unapproved,
      waitingAlerts: joinWaiting([...loaded.map(({ waitingAlerts }) => waitingAlerts), outbox]),
      names,
      pass: several?.pass ?? null,
      accounts: loaded.map(({ summary }) => summary),
      hidden: [
        ...listAccountSpots(deployment, at),
        ...loaded.flatMap(({ blindSpots }) => blindSpots.filter(({ kind }) => kind.endsWith('-without-name'))),
      ],
    };
    if (options.json) terminal.out.print(renderJson(toStatusDocument(view)));
    else terminal.out.print(renderStatus(view, renderTime, terminal));
    const refused = loaded.flatMap(({ fleet }) => fleet.refused);
    if (refused.length > 0) throw describeRefused(refused);
    for (const { known } of loaded) refuseUnreadableApprovals(known);
    refuseUnknownNames(options, listResources(whole));
    const spots =
      options.exitCode === undefined
        ? []
        : [...listRegistrySpots(deployment, at), ...loaded.flatMap(({ blindSpots }) => blindSpots)];
    refuseIncomplete(chooseSpots(spots, options), renderTime, names);
    endWith(decideExitCode(shown, options));
  });
}

async function loadAccountStatus(place: DeploymentAccount, at: string, names: AccountNames) {
  const { account, reader, watched, loadRatedBy } = place;
  const [fleet, ratedBy] = await Promise.all([reader.loadFleet(), loadRatedBy(at)]);
  const known = await loadApprovals(reader, at);
  const waitingAlerts = await findWaitingAlerts(fleet.states, reader);
  const status = fleetStatus(fleet.states, await loadScansBack(reader, fleet, at), ratedBy);
  const blindSpots = await loadBlindSpots(place, fleet, at, names);
  const { lastScan } = fleet;
  const summary = {
    account,
    accountName: names?.get(account) ?? account,
    status: watched?.status ?? 'watched',
    lastScan: lastScan && { startedAt: lastScan.startedAt, complete: lastScan.complete },
    failure: watched?.failure ?? null,
    instances: status.instances.length,
  };
  const joined = { account, status, hidden: listHidden(watched, at) };
  return { place, fleet, ratedBy, known, waitingAlerts, joined, blindSpots, summary };
}

function listHidden(watched: WatchedAccount | null, at: string): AccountFleet['hidden'] {
  const spot = findHidingSpot(watched, at);
  if (spot?.kind === 'account-removed') return { removedAt: spot.since, because: spot.because };
  return spot === null ? null : (watched?.failure ?? null);
}

/**
 * Returns the oldest of the last scans of all accounts; `null`: an account was never scanned. What `status` prints is known for all accounts
 * only up to the start of this oldest scan.
 */
function findOldestScan(scans: readonly (LastScan | null)[]): LastScan | null {
  return scans.reduce((oldest, scan) =>
    oldest === null || scan === null ? null : scan.startedAt < oldest.startedAt ? scan : oldest,
  );
}

function describeRefused(refused: Fleet['refused']): CommandError {
  const names = refused.map(({ key }) => renderPlain(key, 80));
  return new CommandError(
    `This version of Portwatch cannot read the items of ${listSome(names, 3)}: ${refused[0]?.problem}.`,
  );
}
