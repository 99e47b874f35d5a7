/** `npm run check:live`: finds out, on a real instance, behaviour that AWS does not document. */
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { regionOption } from '../options/deployment-options.ts';
import { joinProblems } from '../options/parse-all.ts';
import { explainUsage } from '../text/explain-usage.ts';
import type { LiveLimits } from './live-limits.ts';
import type { LiveCheckOptions } from './run-live-check.ts';

const help = `
Changes the firewall of the instance many times, for some minutes, and restores it at the end, also after an error and after Ctrl-C. Use
an instance that nobody needs. Most rules that the check opens are for networks that nobody has. A port above 40000 may be open to
anywhere for some seconds. All ports are closed once, and once every port is open for a network that nobody has.

Needs lightsail:GetRegions, GetInstances, GetInstancePortStates, OpenInstancePublicPorts, CloseInstancePublicPorts,
PutInstancePublicPorts, and cloudtrail:LookupEvents.

Example:
  npm run check:live -- --instance spare --region eu-west-1 --i-know-it-is-changed

Exit codes:
  0  the check was made, whatever it found, and the firewall is what it was
  2  an error: the message says if the firewall is what it was
  130  interrupted: the firewall was put back`;

export function buildLiveCheck(context: CommandContext, limits: LiveLimits): Command {
  const { out, err } = context.terminal;
  const command = new Command('check:live')
    .description('finds out on a real instance what AWS does not document about the calls of Lightsail')
    .option('--instance <name>', 'the instance whose firewall is changed; required')
    .addOption(regionOption('its region; required'))
    .option('--i-know-it-is-changed', 'required: the firewall is changed, and put back at the end')
    .option('--profile <name>', 'profile of ~/.aws/config')
    .option('--report <file>', 'where the JSON report is written', 'live-check.json')
    .addHelpText('after', help)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.print(text.trimEnd()),
      writeErr: (text) => err.print(text.trimEnd()),
    })
    .action(async (options: GivenOptions) => {
      const { instance, region, profile, report } = options;
      const problems = findProblems(options);
      if (instance === undefined || region === undefined || problems.length > 0)
        throw new CommandError(`${joinProblems(problems)}. Nothing was changed.`);
      const { runLiveCheck } = await import('./run-live-check.ts');
      await runLiveCheck({ instance, region, report, ...(profile !== undefined && { profile }) }, context, limits);
    });
  explainUsage(command, 'npm run check:live -- --help lists the options', context);
  return command;
}

/**
 * All options are optional for Commander, which would otherwise report a missing option before an unknown option. `findProblems` checks the
 * required options.
 */
interface GivenOptions extends Partial<LiveCheckOptions> {
  report: string;
  iKnowItIsChanged?: boolean;
}

function findProblems({ instance, region, iKnowItIsChanged }: GivenOptions): string[] {
  const problems: string[] = [];
  if (instance === undefined) problems.push('expected --instance with the name of an instance that nobody needs');
  if (region === undefined) problems.push('expected --region with the region of the instance, such as eu-west-1');
  if (iKnowItIsChanged !== true)
    problems.push(
      `The check changes the firewall of ${instance ?? 'the instance'} for some minutes; expected --i-know-it-is-changed, and an instance that nobody needs`,
    );
  return problems;
}
