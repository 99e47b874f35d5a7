/**
 * Reads the firewall of every instance once and rates its exposure. Stores nothing and compares nothing. A failed read is a separate
 * result, and never counts as a closed firewall.
 */
import {
  defaultRatingPolicy,
  type Exposure,
  exposureOf,
  type PortState,
  rateExposure,
  type Severity,
} from '../../../lambda/firewall/index.ts';
import { bySeverity } from '../../../lambda/firewall/rating/severity.ts';
import { compareText } from '../../../lambda/history/compare-text.ts';
import type { FailureReason, InstanceFacts } from '../../../lambda/history/entry.ts';
import { ReadError } from '../../../lambda/history/read-errors.ts';
import { namelessRegion } from '../../../lambda/history/resource-key.ts';
import type { FirewallReader, ListedInstance } from '../../../lambda/scan/interfaces.ts';
import type { ChosenRegions } from './choose-regions.ts';
import { isRegionFailure } from './decide-refused-region.ts';

export interface SurveyedInstance {
  region: string;
  name: string;
  facts: InstanceFacts;
  rules: PortState[];
  exposure: Exposure;
  severity: Severity;
  reason: string;
}

export interface Unread {
  region: string;
  /** `null`: the whole region was not read, or Lightsail listed an instance without a name. */
  instanceName: string | null;
  reason: FailureReason;
  message: string;
}

export interface Survey {
  /** Highest severity first. */
  instances: SurveyedInstance[];
  notRead: Unread[];
  regionsListed: string[];
  /** Regions that the caller did not name and that are not enabled in the account, or in which a policy denies access. */
  regionsUnavailable: Unread[];
  /** Regions that could not be listed, although the caller named them or they are enabled and access is not denied. */
  regionsFailed: Unread[];
}

const namelessUnread: Unread = {
  region: namelessRegion,
  instanceName: null,
  reason: 'invalid-answer',
  message: 'Lightsail lists a region without a name',
};

export interface SurveyProgress {
  regions: number;
  regionsDone: number;
  instancesListed: number;
  instancesDone: number;
}

/** A failed read throws nothing, also when `signal` aborts: the result lists what was not read. */
export async function readAndRateFleet(
  reader: FirewallReader,
  { names, areNamed, hasNameless }: ChosenRegions,
  signal: AbortSignal,
  onProgress: (progress: SurveyProgress) => void,
): Promise<Survey> {
  const regionsFailed = hasNameless ? [namelessUnread] : [];
  const survey: Survey = { instances: [], notRead: [], regionsListed: [], regionsUnavailable: [], regionsFailed };
  const progress: SurveyProgress = { regions: names.length, regionsDone: 0, instancesListed: 0, instancesDone: 0 };
  const advance = (step: Partial<SurveyProgress>) => onProgress(Object.assign(progress, step));
  const readRegion = async (region: string) => {
    const listed = await listRegion(reader, region, areNamed, signal, survey);
    advance({ regionsDone: progress.regionsDone + 1, instancesListed: progress.instancesListed + listed.length });
    await Promise.all(
      listed.map(async (instance) => {
        await readInstance(reader, region, instance, signal, survey);
        advance({ instancesDone: progress.instancesDone + 1 });
      }),
    );
  };
  await Promise.all(names.map(readRegion));
  return sortSurvey(survey);
}

async function listRegion(
  reader: FirewallReader,
  region: string,
  isNamed: boolean,
  signal: AbortSignal,
  survey: Survey,
): Promise<ListedInstance[]> {
  try {
    const listed = await reader.listInstances(region, signal);
    survey.regionsListed.push(region);
    return listed;
  } catch (error) {
    const unread = toUnread(region, null, error);
    (isRegionFailure(unread, isNamed) ? survey.regionsFailed : survey.regionsUnavailable).push(unread);
    return [];
  }
}

async function readInstance(
  reader: FirewallReader,
  region: string,
  { name, facts }: ListedInstance,
  signal: AbortSignal,
  survey: Survey,
): Promise<void> {
  try {
    if (name === null) throw new ReadError('invalid-answer', 'an instance was listed without a name');
    const rules = await reader.readFirewall(region, name, signal);
    const exposure = exposureOf({ rules, ipAddressType: facts.ipAddressType });
    // This command works without a deployment, so no recorded settings exist. The default settings rate the exposure, as the help of the
    // command explains.
    survey.instances.push({ region, name, facts, rules, exposure, ...rateExposure(exposure, defaultRatingPolicy) });
  } catch (error) {
    survey.notRead.push(toUnread(region, name, error));
  }
}

function toUnread(region: string, instanceName: string | null, error: unknown): Unread {
  if (!(error instanceof ReadError)) throw error;
  return { region, instanceName, reason: error.reason, message: error.message };
}

function sortSurvey(survey: Survey): Survey {
  const byPlace = (a: Unread, b: Unread) =>
    compareText(a.region, b.region) || compareText(a.instanceName ?? '', b.instanceName ?? '');
  return {
    instances: survey.instances.toSorted(
      (a, b) => bySeverity(a, b) || compareText(a.region, b.region) || compareText(a.name, b.name),
    ),
    notRead: survey.notRead.toSorted(byPlace),
    regionsListed: survey.regionsListed.toSorted(),
    regionsUnavailable: survey.regionsUnavailable.toSorted(byPlace),
    regionsFailed: survey.regionsFailed.toSorted(byPlace),
  };
}
