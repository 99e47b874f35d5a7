/** Loads since when the unapproved exposure of each instance has been open. */
import pLimit from 'p-limit';
import type { StillOpen } from '../../lambda/contract/json-event.ts';
import type { RatingPolicy } from '../../lambda/firewall/index.ts';
import { findWorstPart, hasOpened } from '../questions/open-since.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { queriesAtOnce } from './load-history-at-instant.ts';

/** The number of items of the first page: in most cases, the newest change opened the exposure. */
const pageItems = 4;

export interface UnapprovedInstance extends StillOpen {
  account: string;
  /** When the whole worst part was first read as open; `null`: the history no longer contains it. */
  openSince: string | null;
  /** Start of the last scan that did not read this part as open; `null`: no scan did. */
  notBefore: string | null;
}

/** Returns the instances in the order of `open`. */
export function loadOpenSince(
  reader: Pick<DynamoDbHistoryReader, 'readEntries'>,
  account: string,
  open: readonly StillOpen[],
  policy: RatingPolicy,
): Promise<UnapprovedInstance[]> {
  return pLimit(queriesAtOnce).map(open, async (one) => ({
    ...one,
    account,
    ...(await findOpening(reader, account, one, policy)),
  }));
}

async function findOpening(
  reader: Pick<DynamoDbHistoryReader, 'readEntries'>,
  account: string,
  { region, instanceName, reach }: StillOpen,
  policy: RatingPolicy,
): Promise<Pick<UnapprovedInstance, 'openSince' | 'notBefore'>> {
  const part = findWorstPart(reach ?? [], policy);
  let isWhole = true;
  const refuse = () => {
    isWhole = false;
  };
  const resource = { account, region, instanceName };
  for await (const page of reader.readEntries(resource, { from: null, until: null }, pageItems, refuse)) {
    const opening = page.find((entry) => hasOpened(entry, part));
    // An entry that cannot be read may be a later opening.
    if (opening !== undefined && isWhole) return { openSince: opening.changedBefore, notBefore: opening.changedAfter };
    if (!isWhole) break;
  }
  return { openSince: null, notBefore: null };
}
