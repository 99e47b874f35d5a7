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
    new Option('--region <name>', 'region of the instance, if instances in several regions have this name').argParser(
      parseRegion,
    ),
  );
  return addJsonOption(addZoneOptions(addDeploymentOptions(command)));
}
