/** Checks an approval before it is made: an element of the configuration, or the arguments of the command line. */
import type { Approval } from './approval.ts';
import { requiresConfirmation } from './confirm-world-for-all.ts';

interface ApprovalProblem {
  field: 'arn' | 'account' | 'region' | 'exposure' | 'until' | 'anyway';
  /** A sentence without its full stop. */
  problem: string;
}

type Draft = Pick<Approval, 'instance' | 'region' | 'account' | 'arn' | 'exposure' | 'from' | 'until'>;

interface ProblemContext {
  /** True if the person confirms that the approval covers the whole internet for all instances. */
  isAnyway: boolean;
  /** ISO instant. `null`: the time is not checked, because an approval can stay in the configuration after its end. */
  now: string | null;
}

/** Returns all problems of the approval. Empty: the approval can be made. */
export function findApprovalProblems(draft: Draft, { isAnyway, now }: ProblemContext): ApprovalProblem[] {
  const problems = findContradictions(draft);
  if (draft.exposure.length === 0) problems.push({ field: 'exposure', problem: 'it approves nothing' });
  if (draft.until !== null && draft.from !== null && draft.until < draft.from)
    problems.push({ field: 'until', problem: `it ends on ${draft.until}, before it begins on ${draft.from}` });
  else if (draft.until !== null && now !== null && Date.parse(draft.until) < Date.parse(now))
    problems.push({ field: 'until', problem: `it ended on ${draft.until}, in the past` });
  if (!isAnyway && requiresConfirmation(draft))
    problems.push({ field: 'anyway', problem: 'it approves the whole internet for all instances' });
  return problems;
}

/** Finds an ARN that is not that of a Lightsail instance, and a region or an account that contradicts the ARN. */
function findContradictions({ arn, region, account }: Draft): ApprovalProblem[] {
  if (arn === null) return [];
  const parts = /^arn:aws[a-z-]*:lightsail:([^:]+):([^:]+):Instance\/.+$/.exec(arn);
  if (parts === null) return [{ field: 'arn', problem: 'it is not the ARN of a Lightsail instance' }];
  const [, ofRegion, ofAccount] = parts;
  const problems: ApprovalProblem[] = [];
  if (region !== null && region !== ofRegion)
    problems.push({ field: 'region', problem: `the instance of this ARN is in ${ofRegion}, not in ${region}` });
  if (account !== null && account !== ofAccount)
    problems.push({
      field: 'account',
      problem: `the instance of this ARN is in account ${ofAccount}, not in ${account}`,
    });
  return problems;
}
