import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandContext } from './command-context.ts';
import { addApprovalsCommand } from './commands/approvals.ts';
import { addApproveCommand } from './commands/approve.ts';
import { addAtCommand } from './commands/at.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addExportCommand } from './commands/export.ts';
import { addExposedCommand } from './commands/exposed.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addMemberTemplateCommand } from './commands/member-template.ts';
import { addReportCommand } from './commands/report.ts';
import { addRestoreCommand } from './commands/restore.ts';
import { addRevokeCommand } from './commands/revoke.ts';
import { addScanCommand } from './commands/scan.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTemplateCommand } from './commands/template.ts';
import { addTestAlertCommand } from './commands/test-alert.ts';
import { explainUsage } from './text/explain-usage.ts';

const examples = `
Examples:
  npm run demo                                      a demo on this machine; no account needed
  npm run portwatch -- scan                         the current exposure of your instances; reads only, stores nothing
  npm run portwatch -- scan --profile prod          with a profile of ~/.aws/config
  npm run portwatch -- status                       the current state as the deployed monitor knows it: gaps first, then worst first
  npm run portwatch -- history --since 7d           what changed, newest first, and who made the change
  npm run portwatch -- at web-1 "yesterday 14:00"   what could reach the instance then, since when, and how sure the answer is
  npm run portwatch -- diff web-1 7d now            what opened and closed between two times
  npm run portwatch -- exposed 3306 --at "2h ago"   who could reach a port, on which instances; also --between, --from
  npm run portwatch -- report                       the last 30 days as one HTML page
  npm run portwatch -- restore web-1 --dry-run      the AWS commands that put a firewall back; without --dry-run it is put back
  npm run portwatch -- approve --all --current ...  what is open today is the baseline; also for one instance, or for ports and sources
  npm run portwatch -- approvals                    what is approved, who approved it, until when, and what that covers now
  npm run portwatch -- scan --deployed              the deployed scan, now
  npm run template                                  the deployment as a CloudFormation template, for a place without the CDK
  npm run portwatch -- member-template ...           templates for the accounts that one monitor watches by a role
  npm run --silent portwatch -- status --json       the answer as JSON, for programs
  npm run portwatch -- doctor                       whether the deployed monitor works, and what to do if it does not
  npm run portwatch -- test-alert                   a test message through both topics of the deployed stack

Exit codes: 0 success, 1 --exit-code found a match, or no subscriber has confirmed (test-alert), 2 an error or something that
could not be read, 130 interrupted. For doctor, 1 is a failure or a warning; for restore, others changed the instance meanwhile.
Each command has its own help: npm run portwatch -- scan --help`;

/** The program throws CommanderError after it has printed its message: for wrong arguments, --help and --version. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('portwatch')
    .version(packageJson.version, '-V, --version', 'the version')
    .description('Portwatch: the firewall drift monitor for Amazon Lightsail.')
    .addHelpText('after', examples)
    .helpCommand(false)
    .exitOverride()
    .configureOutput(outputOf(context));
  // The program is configured before it gets subcommands, because each subcommand copies this configuration when it is created.
  addDemoCommand(program, context);
  addScanCommand(program, context);
  addTemplateCommand(program, context);
  addMemberTemplateCommand(program, context);
  addTestAlertCommand(program, context);
  addStatusCommand(program, context);
  addHistoryCommand(program, context);
  addAtCommand(program, context);
  addDiffCommand(program, context);
  addExposedCommand(program, context);
  addExportCommand(program, context);
  addReportCommand(program, context);
  addRestoreCommand(program, context);
  addApproveCommand(program, context);
  addApprovalsCommand(program, context);
  addRevokeCommand(program, context);
  addDoctorCommand(program, context);
  explainUsage(program, 'npm run portwatch -- --help lists the commands', context);
  for (const command of program.commands)
    explainUsage(command, `npm run portwatch -- ${command.name()} --help lists the options`, context);
  return program;
}

function outputOf({ terminal }: CommandContext) {
  const { out, err } = terminal;
  return {
    writeOut: (text: string) => out.print(text.trimEnd()),
    writeErr: (text: string) => err.print(text.trimEnd()),
    getOutHelpWidth: () => Math.min(terminal.width, 110),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}
