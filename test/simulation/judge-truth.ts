/** P3 when all is over: the heads are what is true, and nothing is left to be done. */
import { subjectKey } from '../../lambda/scan/head.ts';
import type { Model } from './model.ts';
import { probeFirewall } from './probe-oracle.ts';
import type { TrueWorld } from './true-world.ts';
import { mustBe } from './violation.ts';

export async function judgeTruth(model: Model, world: TrueWorld): Promise<void> {
  for (const region of world.regions.keys()) {
    for (const { name } of world.list(region)) model.chronicleOf({ region, instanceName: name });
  }
  for (const { subject } of [...model.chronicles.values()]) {
    const head = await model.loadHead(subject);
    const key = subjectKey(subject);
    const isDone = !head || (head.told === head.version && head.recorded === head.version && head.pending === null);
    mustBe(isDone, 'P3', () => `${key} is at ${head?.version}, recorded ${head?.recorded}, told ${head?.told}`);
    if (subject.instanceName === null) continue;
    const truth = world.find(subject.region, subject.instanceName);
    if (truth === null) {
      mustBe(head === null || head.status === 'gone', 'P3', () => `${key} is gone, and its head says ${head?.status}`);
      continue;
    }
    mustBe(
      head?.status === 'known' && head.failure === null,
      'P5',
      () => `${key} is there, its head says ${head?.status}`,
    );
    mustBe(head.instance?.arn === truth.arn, 'P3', () => `${key} is ${truth.arn}, its head says ${head.instance?.arn}`);
    const exposure = probeFirewall(head.rules ?? [], head.instance?.ipAddressType ?? null);
    const isTrue = exposure === probeFirewall(truth.rules, truth.ipAddressType);
    mustBe(isTrue, 'P3', () => `${key} lets something else through than its head says`);
  }
}
