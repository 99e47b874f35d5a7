import pLimit from 'p-limit';
import type { StillOpen } from '../../lambda/contract/json-event.ts';
import type { RatingPolicy } from '../../lambda/firewall/index.ts';
import { findOpening, findWorstPart, type Opening, unknownOpening } from '../questions/open-since.ts';
import type { DynamoDbHistoryReader } from './history-reader.ts';
import { queriesAtOnce } from './load-history-at-instant.ts';

/** The number of items that the first Query reads. It is small, because in most cases the newest change opened the exposure. */
const pageItems = 4;

/** An instance with unapproved exposure. `openSince` and `notBefore` are about the most severe part of `reach`. */
export interface UnapprovedInstance extends StillOpen, Opening {
  account: string;
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
    ...(await loadOpening(reader, account, one, policy)),
  }));
}

async function loadOpening(
  reader: Pick<DynamoDbHistoryReader, 'readEntries'>,
  account: string,
  { region, instanceName, reach }: StillOpen,
  policy: RatingPolicy,
): Promise<Opening> {
  const part = findWorstPart(reach ?? [], policy);
  let isWhole = true;
  const refuse = () => {
    isWhole = false;
  };
  const resource = { account, region, instanceName };
  for await (const page of reader.readEntries(resource, { from: null, until: null }, pageItems, refuse)) {
    const opening = findOpening(page, part, isWhole);
    if (opening !== null) return opening;
  }
  return unknownOpening;
}
