/** What is simulated: the product as it stands, or a copy of it with a deliberate bug. */
import { ReadError } from '../../lambda/scan/roles.ts';
import { scanFleet } from '../../lambda/scan/scan-fleet.ts';

export interface Product {
  scanFleet: typeof scanFleet;
  ReadError: typeof ReadError;
}

export const portwatch: Product = { scanFleet, ReadError };
