import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addTableOptions, tablePermissions } from '../options/deployment-options.ts';

const help = `
Lists the approvals of the configuration, as the last scan recorded them, and those made by command: who made each, when, why, until
when, and which exposure that is open now it covers. An approval that covers nothing may no longer be needed. For an approval that has
ended or was revoked, the command shows what is still open and no longer approved. The author of an approval made by command is the
identity of the caller; nobody has verified it.

${tablePermissions}

Examples:
  npm run portwatch -- approvals
  npm run --silent portwatch -- approvals --json | jq '.approvals[] | select(.phase == "in-force" and .covers == [])'

Exit codes:
  0  the answer is complete
  2  an error, or an approval that cannot be read: it approves nothing`;

export function addApprovalsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('approvals')
    .description('the approvals: who made each, until when, and what it covers now');
  addTableOptions(command)
    .addHelpText('after', help)
    .action(async (options) => {
      const { runApprovals } = await import('./approvals/run-approvals.ts');
      await runApprovals(options, context);
    });
}
