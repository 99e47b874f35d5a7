import pLimit from 'p-limit';
import { describeError } from '../../../lambda/adapters/describe-error.ts';
import { eventStackName } from '../../../lambda/contract/deployed-names.ts';
import { type EffectiveSettings, isWatched } from '../../../lambda/contract/settings-schema.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { isMadeByCall } from '../../../lambda/scan/count-changes-without-event.ts';
import { readEventRule } from '../../aws/monitor/read-event-rule.ts';
import { isTrailLogging, listTrails, readSelectors, type TrailName } from '../../aws/monitor/read-trails.ts';
import { readerSettings } from '../../aws/monitor/reader-config.ts';
import { listStackResources } from '../../aws/stack-resources.ts';
import { cacheByKey } from '../../questions/cache-by-key.ts';
import { listNotDue } from '../../questions/regions-not-due.ts';
import {
  decideEventRule,
  decideEvents,
  decideOtherTrails,
  decideTrail,
  type TrailFacts,
  trailPermissions,
} from './decide/decide-trails.ts';
import type { Monitor } from './open-monitor.ts';
import { failureRow, okRow, type Row } from './row.ts';
import { atOnce, checkEach, guard, lacksPart, sameName, tableReads } from './run-check.ts';
import { cdkCommand } from './suggested-commands.ts';

const listEventRegions = (settings: EffectiveSettings, home: string): string[] =>
  settings.eventPath
    ? [home, ...settings.eventRegions.filter((region) => region !== home)].filter((region) =>
        isWatched(settings, region),
      )
    : [];

async function loadEffectiveSettings({ loadSettings, readClone }: Monitor): Promise<EffectiveSettings> {
  return (await loadSettings()) ?? readClone().settings;
}

const notUsed = 'not used: eventPath is false';

export async function checkTrails(monitor: Monitor): Promise<Row[]> {
  const { place, signal, readClone, loadAccounts } = monitor;
  // If the table cannot be read, the settings of the local configuration (portwatch.json and `-c`) decide.
  const settings = await loadEffectiveSettings(monitor).catch(() => readClone().settings);
  const row = { check: 'trail', resource: null } as const;
  if (!settings.eventPath) return [okRow(row, notUsed)];
  const several = await loadAccounts().catch(() => null);
  const watched = several?.accounts.filter(({ status }) => status === 'watched').map(({ account }) => account);
  const others = (watched ?? []).filter((account) => account !== place.account);
  const elsewhere = others.length > 0 ? [decideOtherTrails(others.length, place.account)] : [];
  if (watched !== undefined && !watched.includes(place.account)) return elsewhere;
  const forwarded = listEventRegions(settings, place.region);
  const { regions, lacks } = await findWatchedRegions(settings, monitor);
  // A multi-region trail is listed in every region, and is read only once.
  const readTrail = cacheByKey(
    (trail: TrailName) => readTrailFacts(trail, monitor),
    ({ arn }) => arn,
  );
  const limit = pLimit(4);
  const rows = regions.map((region) =>
    guard({ check: 'trail', resource: region }, trailPermissions, monitor, () =>
      limit(async () => {
        const names = await listTrails({ ...place, region }, signal);
        const trails = await Promise.all(names.map(readTrail));
        return [decideTrail({ region, trails, isForwarded: forwarded.includes(region) }, place)];
      }),
    ),
  );
  return [...mergeEqual((await Promise.all(rows)).flat()), ...lacks, ...elsewhere];
}

/**
 * Returns the watched regions: those in the settings, and those that the last scan listed or found not due. `lacks` has a row if the
 * settings name no regions and the last scan cannot be read. Otherwise `lacks` is empty.
 */
async function findWatchedRegions(
  settings: EffectiveSettings,
  monitor: Monitor,
): Promise<{ regions: string[]; lacks: Row[] }> {
  const { loadFleets, place } = monitor;
  const listed: string[] = [];
  const lacks = await guard({ check: 'trail', resource: 'other regions' }, tableReads, monitor, async () => {
    for (const { reader, fleet } of await loadFleets()) {
      if (reader.account !== place.account) continue;
      const { lastScan } = fleet;
      listed.push(...(lastScan?.regionsListed ?? []), ...listNotDue(lastScan).map(({ region }) => region));
    }
    return [];
  });
  const own = settings.regions ?? [place.region, ...settings.eventRegions];
  const watched = [...new Set([...own, ...listed])].filter((region) => isWatched(settings, region));
  return { regions: watched.sort(), lacks: settings.regions === null ? lacks : [] };
}

async function readTrailFacts(trail: TrailName, { place, signal }: Monitor): Promise<TrailFacts> {
  const { arn, homeRegion } = trail;
  try {
    const [isLogging, selectors] = await Promise.all([
      isTrailLogging(trail, place, signal),
      readSelectors(trail, place, signal),
    ]);
    return { arn, homeRegion, isLogging, selectors, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const problem = describeError(error);
    return { arn, homeRegion, isLogging: 'unknown', selectors: 'unknown', problem };
  }
}

/** Joins the rows of regions with the same result, because most accounts have one trail for all regions. */
function mergeEqual(rows: readonly Row[]): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.status} ${row.found}`;
    const first = merged.get(key);
    merged.set(key, first === undefined ? row : { ...first, resource: `${first.resource}, ${row.resource}` });
  }
  return [...merged.values()];
}

export const ruleReads = ['events:DescribeRule'];

export async function checkEventRules(monitor: Monitor): Promise<Row[]> {
  const { listParts, place, now, signal } = monitor;
  const names = listParts('AWS::Events::Rule');
  const settings = await loadEffectiveSettings(monitor).catch(() => null);
  if (names.length === 0)
    return settings?.eventPath === false
      ? [okRow({ check: 'event-rule', resource: null }, notUsed)]
      : [lacksPart('event-rule', 'rule for events', monitor)];
  const own = await checkEach(monitor, 'event-rule', ruleReads, names, sameName, async (name) => [
    decideEventRule(name, await readEventRule(name, place, now, signal), place),
  ]);
  const others =
    settings === null ? [] : listEventRegions(settings, place.region).filter((region) => region !== place.region);
  return [...own, ...(await checkForwarding(others, monitor))];
}

/** Checks the rules of the small stacks that forward the events of other regions. */
function checkForwarding(regions: readonly string[], monitor: Monitor): Promise<Row[]> {
  const permissions = ['cloudformation:ListStackResources', ...ruleReads];
  return checkEach(monitor, 'event-rule', permissions, regions, sameName, async (region) => {
    const place = { ...monitor.place, region, stack: eventStackName(region) };
    const resources = await listStackResources(place.stack, readerSettings(place), monitor.signal).catch((error) => {
      if (error instanceof Error && error.message.includes('does not exist')) return [];
      throw error;
    });
    const rules = resources.filter(({ type }) => type === 'AWS::Events::Rule').map(({ physicalId }) => physicalId);
    if (rules.length === 0)
      return [
        failureRow(
          { check: 'event-rule', resource: region },
          {
            found: `no stack ${place.stack} forwards the events of this region: a change there is found by the next scan`,
            expected: 'one small stack for each region of eventRegions',
            remedy: 'deploy all stacks, or remove the region from eventRegions',
            command: cdkCommand(place, 'deploy'),
          },
        ),
      ];
    const rows = rules.map(async (name) =>
      decideEventRule(name, await readEventRule(name, place, monitor.now, monitor.signal), place),
    );
    return Promise.all(rows);
  });
}

export const eventReads = [...tableReads, 'dynamodb:BatchGetItem'];

/**
 * The events row of `portwatch doctor` counts the changes of the last seven days. Changes are rare, so a shorter time would often contain
 * none.
 */
const eventDays = 7;

/** Reading stops after this number of changes, because the newest changes show whether events arrive. */
const mostChanges = 200;

export async function checkEvents(monitor: Monitor): Promise<Row[]> {
  const { loadFleets, place, now } = monitor;
  const settings = await loadEffectiveSettings(monitor);
  if (!settings.eventPath) return [okRow({ check: 'events', resource: null }, notUsed)];
  const regions = listEventRegions(settings, place.region);
  const span = { from: toInstant(now - eventDays * 86_400_000), until: toInstant(now) };
  const counts = { changes: 0, announced: 0, days: eventDays };
  await pLimit(atOnce).map(await loadFleets(), async ({ reader }) => {
    for await (const steps of reader.readTimeline(span)) {
      for (const { resource, kind, verdict, changedBy } of steps) {
        if (!regions.includes(resource.region) || !isMadeByCall({ kind, verdict, ...resource })) continue;
        counts.changes += 1;
        if (changedBy?.foundBy === 'event') counts.announced += 1;
      }
      if (counts.changes >= mostChanges) break;
    }
  });
  return [decideEvents(counts, place)];
}
