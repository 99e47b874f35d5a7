import { randomBytes } from 'node:crypto';
import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { withApprovalWriter } from '../../aws/approval-writer.ts';
import { loadApprovedFleet } from '../../aws/load-approved-fleet.ts';
import { type Deployment, withDeployment } from '../../aws/open-deployment.ts';
import { refuseUnreadableApprovals } from '../../aws/refuse-unreadable-approvals.ts';
import { refuseWithoutRecords } from '../../aws/refuse-without-records.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { joinProblems } from '../../options/parse-all.ts';
import { requireConsent } from '../../require-consent.ts';
import { readClock } from '../../time/clock.ts';
import { chooseAccountToApprove } from './choose-account-to-approve.ts';
import { type ApproveOptions, parseApprovalRequest } from './parse-approval-request.ts';
import { type PlannedApproval, planApprovals } from './plan-approvals.ts';
import { describeProgress, renderPlan, renderWritten, toApproveDocument } from './render-approve.ts';

/**
 * Throws CommandError with every problem of the arguments, before the first request to AWS. Then throws CommandError with every problem
 * that the table shows, before any approval is written.
 * If some existing approvals cannot be read, throws CommandError after the new approvals are written.
 */
export async function runApprove(
  name: string | undefined,
  ports: string | undefined,
  options: ApproveOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  const { request, problems } = parseApprovalRequest(name, ports, options, clock);
  refuseProblems(problems);
  await withDeployment(options, context, async (deployment) => {
    const { identity, names } = deployment;
    const now = toInstant(clock.now);
    const chosen = await chooseAccountToApprove(request, deployment);
    const { account } = chosen;
    const loaded = await loadApprovedFleet(chosen, now);
    refuseWithoutRecords({ ...deployment, accounts: [chosen] }, [loaded]);
    const { ratedBy } = loaded;
    const facts = { ...loaded, account, by: identity.arn, now, policy: ratedBy, newId };
    const plan = planApprovals(request, facts);
    refuseProblems(plan.problems);
    const isDryRun = options.dryRun === true;
    const isAsked = options.all === true && !options.yes && !isDryRun;
    const talk = options.json ? terminal.err : terminal.out;
    if (!options.json || isAsked) talk.print(renderPlan(plan, clock.renderTime, terminal, names));
    if (isAsked)
      await requireConsent(
        `\nType yes to approve what is open on ${renderCount(plan.planned.length, 'instance')}: `,
        'Nothing was approved.',
        context,
      );
    const written = isDryRun ? [] : await writeAll(plan.planned, { ...deployment, account }, context);
    if (options.json) terminal.out.print(renderJson(toApproveDocument(account, plan, isDryRun, names)));
    else terminal.out.print(`\n${renderWritten(written, isDryRun)}`);
    refuseUnreadableApprovals(loaded);
  });
}

const newId = () => `a-${randomBytes(5).toString('hex')}`;

function refuseProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new CommandError(`Nothing was approved: ${joinProblems(problems)}.`);
}

/**
 * Writes the approvals one after the other. After an interruption or a CommandError, throws CommandError with the approvals that were
 * written and those that were not. Every other error is thrown unchanged.
 */
async function writeAll(
  planned: readonly PlannedApproval[],
  deployment: Deployment,
  { interrupted, terminal }: CommandContext,
): Promise<MadeApproval[]> {
  const written: MadeApproval[] = [];
  try {
    await withApprovalWriter(deployment, async ({ add }) => {
      for (const { approval } of planned) {
        interrupted.throwIfAborted();
        terminal.showProgress(`approving ${written.length + 1} of ${planned.length}`);
        if (!(await add(approval))) throw new CommandError(`The id ${approval.id} is taken; repeat the command.`);
        written.push(approval);
      }
    });
  } catch (error) {
    const progress = describeProgress(written, planned);
    if (interrupted.aborted) throw new CommandError(progress, { cause: error });
    throw error instanceof CommandError ? new CommandError(`${error.message} ${progress}`, { cause: error }) : error;
  }
  return written;
}
