import { type Command, Option } from 'commander';
import {
  addDeploymentOptions,
  addJsonOption,
  addZoneOptions,
  type DeploymentOptions,
  parseRegion,
  type ZoneOptions,
} from './deployment-options.ts';

/** The options of a question about one instance. */
export interface InstanceOptions extends DeploymentOptions, ZoneOptions {
  region?: string;
}

export function addInstanceOptions(command: Command): Command {
  command.addOption(
    new Option('--region <name>', 'region of the instance, where others have one of that name').argParser(parseRegion),
  );
  return addJsonOption(addZoneOptions(addDeploymentOptions(command)));
}
