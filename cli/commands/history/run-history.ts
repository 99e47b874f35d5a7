import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import type { Resource } from '../../../lambda/history/entry.ts';
import { regionOfKey, resourceKey } from '../../../lambda/history/resource-key.ts';
import type { RefusedItem } from '../../../lambda/scan/interfaces.ts';
import { findInstance } from '../../aws/find-instance.ts';
import type { Fleet, RefusedEntry } from '../../aws/history-reader.ts';
import { listAccountSpots, listHidingSpots } from '../../aws/load-blind-spots.ts';
import { mergeNewestFirst } from '../../aws/merge-newest-first.ts';
import { type Deployment, forEachAccount, withDeployment } from '../../aws/open-deployment.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import { warnOfExpiry } from '../../aws/warn-of-expiry.ts';
import { warnOfSilence } from '../../aws/warn-of-silence.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import { toEntryDocument } from '../../json/to-entry-document.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { refuseUnknownNames } from '../../options/refuse-unknown-names.ts';
import { accountFields } from '../../questions/account-names.ts';
import { type AccountSpot, listUnreadItems } from '../../questions/blind-spots.ts';
import type { LightEntry } from '../../questions/choose-full-entries.ts';
import { describeEntry } from '../../text/describe-entry.ts';
import { buildListChange } from '../../text/list-change.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { readClock } from '../../time/clock.ts';
import { parseSpan, type RecordedSpan } from '../../time/parse-span.ts';
import type { RenderTime } from '../../time/render-time.ts';
import type { ZoneOptions } from '../../time/zone.ts';

interface HistoryOptions extends DeploymentOptions, ZoneOptions {
  since?: string;
  until?: string;
  region?: string;
}

/** If `instanceName` is `null`, the history has every resource of every account, or of the account of `--account`. */
export async function runHistory(
  instanceName: string | null,
  options: HistoryOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  const { renderTime } = clock;
  const span = parseSpan(options, clock);
  await withDeployment(options, context, async (deployment) => {
    const { account, accounts, names } = deployment;
    const [first] = accounts;
    const found: LightEntry[] = [];
    const spots: AccountSpot[] = [];
    // JSON lists every opened and closed element in the order of the ports, and needs no rating.
    const ratedBy = options.json ? undefined : await first?.loadRatedBy(span.until);
    const list = buildListChange(ratedBy ?? defaultRatingPolicy);
    let count = 0;
    for await (const steps of readSteps(instanceName, options.region ?? null, span, deployment, spots)) {
      count += steps.length;
      terminal.showProgress(`${count} so far`);
      if (options.json) found.push(...steps);
      else
        for (const step of steps) terminal.out.print(`${describeEntry(step, renderTime, terminal.out, list, names)}\n`);
    }
    if (options.json) {
      terminal.out.print(
        renderJson({
          schema: 'portwatch.history/1',
          account,
          since: span.from,
          until: span.until,
          ...((names !== null || spots.length > 0) && { blindSpots: spots }),
          changes: found.map((step) => toEntryDocument(step, names)),
        }),
      );
    } else if (count === 0 && !spots.some(({ kind }) => kind === 'item-not-read'))
      terminal.err.print(describeNothing(instanceName, span, renderTime));
    await warnOfExpiry(deployment, span.from, clock, terminal);
    if (!options.json && options.until === undefined) await warnOfSilence(deployment, clock, terminal);
    refuseIncomplete(spots, renderTime, names);
  });
}

/** Adds to `spots`: the blind spots of accounts, and the items that this version cannot read. */
async function* readSteps(
  instanceName: string | null,
  region: string | null,
  span: RecordedSpan,
  deployment: Deployment,
  spots: AccountSpot[],
): AsyncGenerator<LightEntry[]> {
  const hide = (owner: string, refused: readonly RefusedItem[]) => {
    for (const spot of listUnreadItems(refused)) spots.push({ ...spot, ...accountFields(deployment.names, owner) });
  };
  const refuse = ({ resource, at, problem }: RefusedEntry & { resource: Resource }) => {
    if (region === null || resource.region === region)
      hide(resource.account, [{ key: `${resourceKey(resource)} ${at}`, problem }]);
  };
  if (instanceName !== null) {
    const { account, resource } = await findInstance(deployment, instanceName, region);
    spots.push(...listHidingSpots({ ...deployment, accounts: [account] }, span.until));
    yield* account.reader.readEntries(resource, span, 100, ({ at, problem }) => refuse({ resource, at, problem }));
    return;
  }
  spots.push(...listAccountSpots(deployment, span.until));
  const fleets = await forEachAccount(deployment, async ({ reader }) => ({ reader, fleet: await reader.loadFleet() }));
  refuseWithoutRecords(deployment, fleets);
  if (region !== null)
    refuseUnknownNames(
      { region },
      fleets.flatMap(({ fleet }) => fleet.states.map(({ resource }) => resource)),
    );
  // Without `--since`, the timeline begins at the earliest `firstSeenAt` of the latest states. An unreadable state can have an earlier one,
  // so each is reported.
  for (const { reader, fleet } of fleets)
    hide(
      reader.account,
      fleet.refused.filter(({ key }) => region === null || regionOfKey(key) === region),
    );
  const timelines = fleets.map(({ reader, fleet }) =>
    reader.readTimeline({ from: span.from ?? earliestOf(fleet, span.until), until: span.until }, refuse),
  );
  for await (const page of mergeNewestFirst(timelines))
    yield region === null ? page : page.filter(({ resource }) => resource.region === region);
}

/**
 * Returns the instant of the first scan: the latest states of regions are never removed, so one of them has this instant. Without states,
 * returns `until`.
 */
function earliestOf({ states }: Fleet, until: string): string {
  return states.reduce((earliest, { firstSeenAt }) => (firstSeenAt < earliest ? firstSeenAt : earliest), until);
}

function describeNothing(instanceName: string | null, { from, until }: RecordedSpan, renderTime: RenderTime): string {
  const who = instanceName === null ? 'Nothing' : `No entry of ${instanceName}`;
  return `${who} was recorded ${from === null ? '' : `from ${renderTime(from)} `}until ${renderTime(until)}.`;
}
