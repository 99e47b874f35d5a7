import { depth } from '../support/depth.ts';
import { approvalBugs } from './approval-bugs.ts';
import { type DeliberateBug, deliberateBugs } from './deliberate-bugs.ts';
import { historyBugs } from './history-bugs.ts';
import { severalAccountsBugs } from './several-accounts-bugs.ts';

/** The deliberate bugs of this run: every tenth one in the quick run, all of them in `npm run test:all`. */
export const chosenBugs: readonly DeliberateBug[] = [
  ...deliberateBugs,
  ...historyBugs,
  ...approvalBugs,
  ...severalAccountsBugs,
].filter((_, index) => index % depth({ quick: 10, full: 1 }) === 0);
