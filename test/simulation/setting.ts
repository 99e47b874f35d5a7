import type { FleetStore } from '../../lambda/scan/interfaces.ts';
import type { ApprovalBook } from './approval-book.ts';
import type { Model } from './model.ts';
import type { AgeEntry } from './older-algorithm.ts';
import type { Product } from './product.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trail } from './trail.ts';

/** The values that the interfaces of all scans of a run share. */
export interface Setting {
  scheduler: Scheduler;
  model: Model;
  product: Product;
  /** The table itself. */
  table: FleetStore;
  /** `null`: attribution is off. */
  trail: Trail | null;
  age: AgeEntry;
  approvals: ApprovalBook;
  isLeaseBroken: boolean;
}
