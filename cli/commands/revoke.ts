import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addTableOptions } from '../options/deployment-options.ts';

const help = `
Ends an approval that was made by command, from the next scan on. The approval stays in the table with its revocation, so answers about
an earlier time do not change. The command shows what is open and no longer approved; nothing on Lightsail changes. To end an approval
of the configuration, remove it from the configuration. If there are two revocations, the first one counts.

Needs cloudformation:DescribeStacks (not with --table) and, on the table, dynamodb:Query and dynamodb:PutItem, the latter only for the
partition APPROVALS#<account> (docs/permissions.md has the policy).

Examples:
  npm run portwatch -- revoke a-0123456789 --reason "the VPN works"
  npm run portwatch -- revoke a-0123456789 --dry-run

Exit codes:
  0    revoked, or --dry-run
  2    an error: no such approval, one of the configuration, one that is over already
  130  interrupted: nothing was revoked`;

export function addRevokeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('revoke')
    .description('end an approval that was made by command')
    .argument('<id>', 'id of the approval, as portwatch approvals and the alerts show it')
    .option('--reason <text>', 'why it is revoked; shown in the alert')
    .option('--dry-run', 'show what would no longer be approved, and write nothing');
  addTableOptions(command)
    .addHelpText('after', help)
    .action(async (id, options) => {
      const { runRevoke } = await import('./revoke/run-revoke.ts');
      await runRevoke(id, options, context);
    });
}
