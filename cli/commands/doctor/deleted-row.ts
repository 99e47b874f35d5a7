import { failureRow, type Row } from './row.ts';
import { type CommandPlace, revertRemedy } from './suggested-commands.ts';

/** The row of a part of the stack that does not exist. `effect`: what does not happen without the part, as the end of a sentence. */
export function deletedRow(row: Pick<Row, 'check' | 'resource'>, part: string, place: CommandPlace, effect = ''): Row {
  return failureRow(row, {
    found: `the ${part} does not exist: it was deleted outside the deployment${effect}`,
    expected: `the ${part} that the stack created`,
    ...revertRemedy(place),
  });
}
