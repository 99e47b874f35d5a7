/** Checks the states at the end of a run (P3): they are equal to the world, and no work is left. */
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

export async function checkFinalStates(model: Model, world: TrueWorld): Promise<void> {
  for (const region of world.regions.keys()) {
    for (const { name } of world.list(region)) model.chronicleOf({ region, instanceName: name });
  }
  for (const { resource } of [...model.chronicles.values()]) {
    const latest = await model.loadState(resource);
    const key = resourceKey(resource);
    const isDone =
      !latest || (latest.alerted === latest.version && latest.recorded === latest.version && latest.pending === null);
    mustBe(
      isDone,
      'P3',
      () => `${key} is at ${latest?.version}, recorded ${latest?.recorded}, alerted ${latest?.alerted}`,
    );
    if (resource.instanceName === null) continue;
    const truth = world.find(resource.region, resource.instanceName);
    if (truth === null) {
      mustBe(
        latest === null || latest.status === 'gone',
        'P3',
        () => `${key} is gone, and its latest state is ${latest?.status}`,
      );
      continue;
    }
    mustBe(
      latest?.status === 'known' && latest.failure === null,
      'P5',
      () => `${key} exists, and its latest state is ${latest?.status}`,
    );
    mustBe(
      latest.instance?.arn === truth.arn,
      'P3',
      () => `${key} is ${truth.arn}, and its latest state has ${latest.instance?.arn}`,
    );
    const exposure = probeFirewall(latest.rules ?? [], latest.instance?.ipAddressType ?? null);
    const isTrue = exposure === probeFirewall(truth.rules, truth.ipAddressType);
    mustBe(isTrue, 'P3', () => `${key} lets something else through than its latest state`);
  }
}
