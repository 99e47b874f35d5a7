import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import {
  addPlaceOptions,
  addZoneOptions,
  exitCodeOption,
  expectedRegion,
  isRegion,
} from '../options/deployment-options.ts';

const help = `
Reads with the credentials that the AWS CLI would use (AWS_PROFILE, AWS_REGION, ~/.aws, ...). They need no more than
lightsail:GetRegions, lightsail:GetInstances and lightsail:GetInstancePortStates. The command stores and changes nothing. It does not
know the settings of a deployment: it rates severities with the default settings.

With --deployed the command starts the scan of the deployed monitor instead, waits for its end, and shows what the scan recorded. The
scan sends alerts as always. This needs lambda:InvokeFunction and the permissions of portwatch history.

Examples:
  npm run portwatch -- scan
  npm run portwatch -- scan --region eu-west-1 --region us-east-1
  npm run portwatch -- scan --profile prod --profile staging
  npm run portwatch -- scan --exit-code critical              in a pipeline: 1 if anything critical is open
  npm run --silent portwatch -- scan --json > exposed.json
  npm run portwatch -- scan --deployed                        the deployed scan, now

Exit codes:
  0  every instance of every region that the account can use was read
  1  with --exit-code only: an instance has this severity or a worse one
  2  an error, or an instance or a region could not be read; a region that is named with --region also if access is denied;
     with --deployed also if another scan was running, and with --exit-code if the monitor watches several accounts: nothing is known
     until the pass is over, and then status --exit-code has the answer`;

export function addScanCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('scan')
    .description('the current exposure of your instances, worst first; reads only')
    .addOption(
      new Option('--profile <name>', 'profile of ~/.aws/config; repeat it for several accounts').argParser(collect),
    )
    .addOption(
      new Option('--region <name>', 'region to read; repeat it for several (default: all)').argParser(collectRegion),
    )
    .addOption(exitCodeOption('an instance has this severity or a worse one'))
    .option('--json', 'one JSON document on stdout, for programs')
    .addOption(
      new Option('--deployed', 'start the scan of the deployed monitor, and show what it recorded').conflicts('region'),
    )
    .option('--function <name>', 'with --deployed: name of the scan function, in place of the output of the stack');
  addZoneOptions(addPlaceOptions(command))
    .addHelpText('after', help)
    .action(async (options) => {
      if (options.deployed) {
        const { runScanDeployed } = await import('./scan-deployed/run-scan-deployed.ts');
        await runScanDeployed({ ...options, profile: onlyProfile(options.profile) }, context);
        return;
      }
      // Loaded only for this command, because the SDK takes a tenth of a second to load.
      const { runScan } = await import('./scan/run-scan.ts');
      await runScan(options, context);
    });
}

/** A deployment is in one account, so only one profile is allowed. */
function onlyProfile(profiles: readonly string[] = []): string | undefined {
  if (profiles.length > 1)
    throw new CommandError(`Option --profile was given ${profiles.length} times; expected it once with --deployed.`);
  return profiles[0];
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  if (value === '') throw new InvalidArgumentError('The name is empty; expected a name.');
  return [...new Set([...earlier, value])];
}

function collectRegion(value: string, earlier: readonly string[] = []): string[] {
  if (!isRegion(value)) {
    throw new InvalidArgumentError(`${expectedRegion}; repeat --region for several.`);
  }
  return collect(value, earlier);
}
