/**
 * The functions with which a test or a demo changes the fleet without the Lightsail API. Each one is called in process or by HTTP under
 * `/_emulator/`.
 */
import { z } from 'zod';
import type { ControlRoutes } from '../wire/control.ts';
import type { RateLimit } from '../wire/rate-limit.ts';
import type { Accounts } from './accounts.ts';
import type { EmulatedInstance } from './fleet.ts';
import { type LightsailReadings, readingsSchema } from './undocumented-behaviour.ts';

const ipAddressType = z.enum(['dualstack', 'ipv4', 'ipv6']);
/** Default: the account of the stand-in. */
const account = z.string().optional();
const where = { region: z.string().min(1), name: z.string().min(1), account };

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
  setSuspended: z.strictObject({ account: z.string(), isSuspended: z.boolean() }),
  setRateLimit: z.strictObject({ perSecond: z.number().positive().nullable() }),
  setReadings: readingsSchema.partial(),
  setLateReads: z.strictObject({ reads: z.number().int().nonnegative() }),
};

type Input<K extends keyof typeof inputs> = z.input<(typeof inputs)[K]>;

/** Every function that takes an existing instance throws if the instance does not exist. */
export interface LightsailControl {
  /**
   * Adds an instance with the default rules of its blueprint, or with exactly the given `portStates`. Returns the ARN. Throws if the
   * instance exists.
   */
  addInstance(instance: Input<'addInstance'>): string;
  removeInstance(which: Input<'removeInstance'>): void;
  /** Deletes the instance and creates one with the same name, a new ARN and the default rules (or `portStates`). Returns the new ARN. */
  recreateInstance(instance: Input<'recreateInstance'>): string;
  /** Replaces the rules. Answers contain `portStates` exactly as given, also `"-1"`, unknown fields, null lists, or no list. */
  setPortStates(which: Input<'setPortStates'>): void;
  setIpAddressType(which: Input<'setIpAddressType'>): void;
  /** Sets fields that replace those of the instance in the answers of `GetInstances` and `GetInstance`. */
  setOverrides(which: Input<'setOverrides'>): void;
  /**
   * Sets the regions of every account. `regions`: all regions of `GetRegions`. `notEnabled`: the regions that answer with
   * UnrecognizedClientException.
   */
  setRegions(regions: Input<'setRegions'>): void;
  /** Requests of a suspended account are answered with AccessDeniedException; the instances of the account stay. */
  setSuspended(change: Input<'setSuspended'>): void;
  /** In each second, the requests to a region of one account above `perSecond` are throttled. `null`: no limit, as at the start. */
  setRateLimit(limit: Input<'setRateLimit'>): void;
  /** Sets the behaviours that AWS does not document, in every account. Fields that are left out stay unchanged. */
  setReadings(readings: Partial<LightsailReadings>): void;
  /** After a change by the API, this number of reads still shows the old rules; 0 at the start. */
  setLateReads(late: Input<'setLateReads'>): void;
  /** The whole fleet of one account, oldest instance first. Default: the stand-in's own account. */
  instances(account?: string): EmulatedInstance[];
}

export function buildControl(accounts: Accounts, rateLimit: RateLimit): LightsailControl {
  const find = ({ region, name, account: id }: { region: string; name: string; account?: string | undefined }) => {
    const instance = accounts.fleet(id).find(region, name);
    if (instance === undefined) throw new Error(`There is no instance ${region}/${name}.`);
    return instance;
  };
  return {
    addInstance(instance) {
      const { account: id, ...wanted } = inputs.addInstance.parse(instance);
      return accounts.fleet(id).add(wanted).arn;
    },
    removeInstance: (which) => void accounts.fleet(which.account).remove(find(which).region, which.name),
    recreateInstance(instance) {
      const { account: id, ...wanted } = inputs.recreateInstance.parse(instance);
      accounts.fleet(id).remove(find(instance).region, instance.name);
      return accounts.fleet(id).add(wanted).arn;
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
      accounts.common.regions = [...regions];
      accounts.common.notEnabled = new Set(notEnabled);
    },
    setSuspended({ account: id, isSuspended }) {
      if (isSuspended) accounts.suspended.add(id);
      else accounts.suspended.delete(id);
    },
    setRateLimit: ({ perSecond }) => rateLimit.set(perSecond),
    setReadings(changed) {
      accounts.common.readings = { ...accounts.common.readings, ...inputs.setReadings.parse(changed) };
    },
    setLateReads({ reads }) {
      accounts.common.lateReads = reads;
    },
    instances: (id) => structuredClone(accounts.fleet(id).list()),
  };
}

export function controlRoutes(control: LightsailControl, { common }: Accounts): ControlRoutes {
  return {
    get: {
      instances: () => control.instances(),
      regions: () => ({ regions: common.regions, notEnabled: [...common.notEnabled] }),
    },
    post: {
      'add-instance': (input) => ({ arn: control.addInstance(inputs.addInstance.parse(input)) }),
      'remove-instance': (input) => control.removeInstance(inputs.removeInstance.parse(input)),
      'recreate-instance': (input) => ({ arn: control.recreateInstance(inputs.recreateInstance.parse(input)) }),
      'set-port-states': (input) => control.setPortStates(inputs.setPortStates.parse(input)),
      'set-ip-address-type': (input) => control.setIpAddressType(inputs.setIpAddressType.parse(input)),
      'set-overrides': (input) => control.setOverrides(inputs.setOverrides.parse(input)),
      'set-regions': (input) => control.setRegions(inputs.setRegions.parse(input)),
      'set-suspended': (input) => control.setSuspended(inputs.setSuspended.parse(input)),
      'set-readings': (input) => control.setReadings(inputs.setReadings.parse(input)),
      'set-late-reads': (input) => control.setLateReads(inputs.setLateReads.parse(input)),
      'set-rate-limit': (input) => control.setRateLimit(inputs.setRateLimit.parse(input)),
    },
  };
}
