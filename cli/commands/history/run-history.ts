import { defaultRatingPolicy } from '../../../lambda/firewall/index.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { findInstance } from '../../aws/find-instance.ts';
import type { Fleet } from '../../aws/history-reader.ts';
import { loadFleet } from '../../aws/load-fleet.ts';
import { type Deployment, withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { renderJson } from '../../json/render-json.ts';
import { toEntryDocument } from '../../json/to-entry-document.ts';
import { readClock } from '../../options/clock.ts';
import type { DeploymentOptions, ZoneOptions } from '../../options/deployment-options.ts';
import { refuseUnknownNames } from '../../options/named-resources.ts';
import { parseSpan } from '../../options/parse-span.ts';
import type { LightEntry } from '../../questions/fill-entries.ts';
import { describeEntry } from '../../text/describe-entry.ts';
import { describeExpiry } from '../../text/describe-expiry.ts';
import { buildListChange } from '../../text/list-change.ts';

export interface HistoryOptions extends DeploymentOptions, ZoneOptions {
  since?: string;
  until?: string;
  region?: string;
}

interface Span {
  from: string | null;
  until: string;
}

/** `instanceName`: `null` for the whole account. */
export async function runHistory(
  instanceName: string | null,
  options: HistoryOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options);
  const { renderTime } = clock;
  const span = parseSpan(options, clock);
  await withDeployment(options, context, async (deployment) => {
    const { account } = deployment;
    const found: LightEntry[] = [];
    // JSON shows every element, in the order of the ports.
    const list = buildListChange(options.json ? defaultRatingPolicy : await deployment.loadRatedBy(span.until));
    let count = 0;
    for await (const steps of readSteps(instanceName, options.region ?? null, span, deployment)) {
      count += steps.length;
      terminal.showProgress(`${count} so far`);
      if (options.json) found.push(...steps);
      else for (const step of steps) terminal.out.print(`${describeEntry(step, renderTime, terminal.out, list)}\n`);
    }
    if (options.json) {
      const changes = found.map(toEntryDocument);
      terminal.out.print(
        renderJson({ schema: 'portwatch.history/1', account, since: span.from, until: span.until, changes }),
      );
    } else if (count === 0) terminal.err.print(describeNothing(instanceName, span, renderTime));
    const expiry = describeExpiry(await deployment.loadKeptDays(toInstant(clock.now)), span.from, clock);
    if (expiry !== null) terminal.err.print(expiry);
  });
}

async function* readSteps(
  instanceName: string | null,
  region: string | null,
  span: Span,
  deployment: Deployment,
): AsyncGenerator<LightEntry[]> {
  const { reader } = deployment;
  if (instanceName !== null) {
    const resource = await findInstance(deployment, instanceName, region);
    yield* reader.readEntries(resource, span, 100);
    return;
  }
  const fleet = await loadFleet(deployment);
  if (region !== null)
    refuseUnknownNames(
      { region },
      fleet.states.map(({ resource }) => resource),
    );
  const from = span.from ?? earliestOf(fleet, span.until);
  for await (const page of reader.readTimeline({ from, until: span.until })) {
    yield region === null ? page : page.filter(({ resource }) => resource.region === region);
  }
}

/** The start of monitoring: the states of regions are never removed. */
function earliestOf({ states }: Fleet, until: string): string {
  return states.reduce((earliest, { firstSeenAt }) => (firstSeenAt < earliest ? firstSeenAt : earliest), until);
}

function describeNothing(
  instanceName: string | null,
  { from, until }: Span,
  renderTime: (at: string) => string,
): string {
  const who = instanceName === null ? 'Nothing' : `No entry of ${instanceName}`;
  return `${who} was recorded ${from === null ? '' : `from ${renderTime(from)} `}until ${renderTime(until)}.`;
}
