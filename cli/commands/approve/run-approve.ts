import { randomBytes } from 'node:crypto';
import type { MadeApproval } from '../../../lambda/adapters/items/approval-item.ts';
import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { toInstant } from '../../../lambda/history/instants.ts';
import { withApprovalWriter } from '../../aws/approval-writer.ts';
import { findInstance } from '../../aws/find-instance.ts';
import { requireReadable } from '../../aws/load-approvals.ts';
import { loadApprovedFleet } from '../../aws/load-approved-fleet.ts';
import { requireRecords } from '../../aws/load-fleet.ts';
import { type Deployment, type DeploymentAccount, withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { renderJson } from '../../json/render-json.ts';
import { requireConsent } from '../../require-consent.ts';
import { readClock } from '../../time/clock.ts';
import { type ApprovalRequest, type ApproveOptions, parseApprovalRequest } from './parse-approval-request.ts';
import { type PlannedApproval, planApprovals } from './plan-approvals.ts';
import { describeProgress, renderPlan, renderWritten, toApproveDocument } from './render-approve.ts';

/** Throws CommandError with every problem at once, before anything is written. */
export async function runApprove(
  name: string | undefined,
  ports: string | undefined,
  options: ApproveOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const clock = readClock(options, context);
  const { request, problems } = parseApprovalRequest(name, ports, options, clock);
  await withDeployment(options, context, async (deployment) => {
    const { identity, names } = deployment;
    const now = toInstant(clock.now);
    const chosen = await chooseAccount(request, deployment);
    const { account } = chosen;
    const loaded = await loadApprovedFleet(chosen, now);
    requireRecords({ ...deployment, accounts: [chosen] }, [loaded]);
    const { ratedBy } = loaded;
    const facts = { ...loaded, account, by: identity.arn, now, policy: ratedBy, newId };
    const plan = planApprovals(request, facts);
    refuseProblems([...problems, ...plan.problems]);
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
    requireReadable(loaded);
  });
}

const newId = () => `a-${randomBytes(5).toString('hex')}`;

/** An approval is stored in the partition of one account: that of the instance, or of `--account`. */
async function chooseAccount({ name, region }: ApprovalRequest, deployment: Deployment): Promise<DeploymentAccount> {
  const [only, ...more] = deployment.accounts;
  if (only === undefined) throw new CommandError('Nothing was approved: the table knows no account yet.');
  if (more.length === 0) return only;
  if (name !== null && !/[*?]/.test(name)) return (await findInstance(deployment, name, region)).account;
  throw new CommandError(
    `Nothing was approved: an approval of ${name === null ? 'all instances' : 'a pattern'} is for one account; expected --account with its 12 digits.`,
  );
}

function refuseProblems(problems: readonly string[]): void {
  const [only, ...more] = problems;
  if (only === undefined) return;
  const list = more.length === 0 ? only : problems.map((problem, index) => `(${index + 1}) ${problem}`).join('; ');
  throw new CommandError(`Nothing was approved: ${list}.`);
}

/** Writes one after the other, worst first. After an error or an interruption, the message says what was written and what was not. */
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
