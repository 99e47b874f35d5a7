/** What a test or a demo does to the fleet behind the API's back; the same in process and under `/_emulator/`. */
import { z } from 'zod';
import type { ControlRoutes } from '../wire/control.ts';
import type { EmulatedInstance, Fleet } from './fleet.ts';
import type { RateLimit } from './rate-limit.ts';

const ipAddressType = z.enum(['dualstack', 'ipv4', 'ipv6']);
const where = { region: z.string().min(1), name: z.string().min(1) };

const newInstance = z.strictObject({
  ...where,
  blueprintId: z.string().optional(),
  bundleId: z.string().optional(),
  ipAddressType: ipAddressType.optional(),
  publicIpAddress: z.string().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  arn: z.string().optional(),
  portStates: z.unknown().optional(),
  overrides: z.record(z.string(), z.unknown()).optional(),
});
const inputs = {
  addInstance: newInstance,
  removeInstance: z.strictObject(where),
  recreateInstance: newInstance,
  setPortStates: z.strictObject({ ...where, portStates: z.unknown().optional() }),
  setIpAddressType: z.strictObject({ ...where, ipAddressType }),
  setOverrides: z.strictObject({ ...where, overrides: z.record(z.string(), z.unknown()) }),
  setRegions: z.strictObject({ regions: z.array(z.string()), notEnabled: z.array(z.string()).default([]) }),
  setRateLimit: z.strictObject({ perSecond: z.number().positive().nullable() }),
};

type Input<K extends keyof typeof inputs> = z.input<(typeof inputs)[K]>;

export interface LightsailControl {
  /** An instance with its blueprint's default rules, or with `portStates` exactly as given. Returns its ARN. */
  addInstance(instance: Input<'addInstance'>): string;
  /** Throws where there is none. */
  removeInstance(which: Input<'removeInstance'>): void;
  /** Deleted and created under the same name: a new ARN, the default rules unless given. Returns the new ARN. */
  recreateInstance(instance: Input<'recreateInstance'>): string;
  /** Answered from now on exactly as given: `"-1"`, unknown fields, null lists, no list at all. */
  setPortStates(which: Input<'setPortStates'>): void;
  setIpAddressType(which: Input<'setIpAddressType'>): void;
  /** Fields laid over the instance in listings, as they are. */
  setOverrides(which: Input<'setOverrides'>): void;
  /** All regions that `GetRegions` names, and those among them that answer UnrecognizedClientException. */
  setRegions(regions: Input<'setRegions'>): void;
  /** Calls per second and region before ThrottlingException; null for no limit, as at first. */
  setRateLimit(limit: Input<'setRateLimit'>): void;
  /** The whole fleet, oldest instance first. */
  instances(): EmulatedInstance[];
}

export function buildControl(fleet: Fleet, rateLimit: RateLimit): LightsailControl {
  const find = ({ region, name }: { region: string; name: string }) => {
    const instance = fleet.find(region, name);
    if (instance === undefined) throw new Error(`There is no instance ${region}/${name}.`);
    return instance;
  };
  return {
    addInstance: (instance) => fleet.add(inputs.addInstance.parse(instance)).arn,
    removeInstance: ({ region, name }) => void fleet.remove(find({ region, name }).region, name),
    recreateInstance(instance) {
      fleet.remove(find(instance).region, instance.name);
      return fleet.add(inputs.recreateInstance.parse(instance)).arn;
    },
    setPortStates(which) {
      find(which).portStates = structuredClone(which.portStates);
    },
    setIpAddressType(which) {
      find(which).ipAddressType = which.ipAddressType;
    },
    setOverrides(which) {
      find(which).overrides = which.overrides;
    },
    setRegions({ regions, notEnabled }) {
      fleet.regions = [...regions];
      fleet.notEnabled = new Set(notEnabled);
    },
    setRateLimit: ({ perSecond }) => rateLimit.set(perSecond),
    instances: () => structuredClone(fleet.list()),
  };
}

export function controlRoutes(control: LightsailControl, fleet: Fleet): ControlRoutes {
  return {
    get: {
      instances: () => control.instances(),
      regions: () => ({ regions: fleet.regions, notEnabled: [...fleet.notEnabled] }),
    },
    post: {
      'add-instance': (input) => ({ arn: control.addInstance(inputs.addInstance.parse(input)) }),
      'remove-instance': (input) => control.removeInstance(inputs.removeInstance.parse(input)),
      'recreate-instance': (input) => ({ arn: control.recreateInstance(inputs.recreateInstance.parse(input)) }),
      'set-port-states': (input) => control.setPortStates(inputs.setPortStates.parse(input)),
      'set-ip-address-type': (input) => control.setIpAddressType(inputs.setIpAddressType.parse(input)),
      'set-overrides': (input) => control.setOverrides(inputs.setOverrides.parse(input)),
      'set-regions': (input) => control.setRegions(inputs.setRegions.parse(input)),
      'set-rate-limit': (input) => control.setRateLimit(inputs.setRateLimit.parse(input)),
    },
  };
}
