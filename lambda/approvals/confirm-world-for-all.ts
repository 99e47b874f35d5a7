import { keepOpenToWorld } from '../firewall/index.ts';
import type { Approval } from './approval.ts';

type Approved = Pick<Approval, 'instance' | 'arn' | 'exposure'>;

/** True if the approval covers the whole internet for all instances: a person must confirm it with `anyway`. */
export const requiresConfirmation = (approval: Approved): boolean =>
  isForAllInstances(approval) && keepOpenToWorld(approval.exposure).length > 0;

/**
 * True if the approval names no instance, or if its pattern has only question marks and at least one star, which matches nearly every name.
 * A limit to a region or an account does not change the result.
 */
function isForAllInstances({ instance, arn }: Approved): boolean {
  return arn === null && (instance === null || /^[*?]*\*[*?]*$/.test(instance));
}
