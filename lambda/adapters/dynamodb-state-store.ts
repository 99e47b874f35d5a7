/**
 * The latest states of an account, the state of its lookups in CloudTrail, and the marks of its alerts about approvals. A latest state is
 * written only if none is stored, or if the stored one has the expected version or marks.
 */
import { approvalMarksSchema, noMarks } from '../approvals/account-approvals.ts';
import {
  approvalMarksKey,
  callStateKey,
  fleetPartition,
  isMonitorRecord,
  type Key,
  stateKey,
} from '../contract/table-keys.ts';
import type { Resource } from '../history/entry.ts';
import { callStateSchema, type FleetStore, type WriteResult } from '../scan/interfaces.ts';
import { type DynamoDbTable, isAbsent, isReadable, type Written } from './dynamodb-table.ts';
import { readEach, readItem, toItem } from './items/read-item.ts';
import { fromStateItem, toStateAttributes } from './items/state-item.ts';

const version = { '#version': 'version' };

/** Throws ItemError if the write was refused, and the stored item cannot be read. */
function toResult({ account }: Resource, written: Written): WriteResult {
  if (written.written) return { written: true };
  return { written: false, found: written.found === null ? null : fromStateItem(account, written.found) };
}

export function buildStateStore(table: DynamoDbTable) {
  return {
    async loadFleet(account) {
      const items = await table.queryAll({ partition: fleetPartition(account), oldestFirst: true });
      const recordsOf = ({ sk }: Key) => items.filter((item) => item['sk'] === sk);
      const marks = readEach(recordsOf(approvalMarksKey(account)), (item) => readItem(item, approvalMarksSchema));
      const calls = readEach(recordsOf(callStateKey(account)), (item) => readItem(item, callStateSchema));
      const states = readEach(
        items.filter((item) => !isMonitorRecord(item)),
        (item) => fromStateItem(account, item),
      );
      return {
        states: states.found,
        refused: [...marks.refused, ...states.refused],
        callState: calls.found[0] ?? null,
        approvalMarks: marks.found[0] ?? noMarks,
      };
    },

    async loadState(resource) {
      const item = await table.get(stateKey(resource));
      return item === null ? null : fromStateItem(resource.account, item);
    },

    async commitState(commit, expected) {
      const attributes = toStateAttributes(commit);
      if (expected === null) {
        const marks = { recorded: commit.version - 1, told: commit.version - 1 };
        const put = await table.put({ ...stateKey(commit.resource), ...attributes, ...marks }, isAbsent);
        return toResult(commit.resource, put);
      }
      const committed = await table.update(stateKey(commit.resource), {
        set: attributes,
        condition: '#version = :expected AND recorded = :expected',
        names: version,
        values: { ':expected': expected },
      });
      return toResult(commit.resource, committed);
    },

    async createState(latest) {
      const { recorded, alerted: told } = latest;
      const item = { ...stateKey(latest.resource), ...toStateAttributes(latest), recorded, told };
      return toResult(latest.resource, await table.put(item, isAbsent));
    },

    async markFailure(resource, at, { failure, seenAt }, instance) {
      const marked = await table.update(stateKey(resource), {
        set: { failure, seenAt, ...(instance && { instance, arn: instance.arn }) },
        condition: '#version = :version AND recorded = :version',
        names: version,
        values: { ':version': at },
      });
      return toResult(resource, marked);
    },

    async markRecorded(resource, recorded) {
      const marked = await table.update(stateKey(resource), {
        set: { recorded, pending: null },
        condition: '#version = :version AND recorded = :before',
        names: version,
        values: { ':version': recorded, ':before': recorded - 1 },
      });
      return marked.written;
    },

    async markAlerted(resource, told) {
      const marked = await table.update(stateKey(resource), {
        set: { told },
        condition: 'told < :version AND recorded >= :version',
        values: { ':version': told },
      });
      return marked.written;
    },

    async deleteState(resource, at) {
      await table.delete(stateKey(resource), {
        condition: '#version = :version AND told = :version AND #status = :gone',
        names: { ...version, '#status': 'status' },
        values: { ':version': at, ':gone': 'gone' },
      });
    },

    saveCallState: async (account, state) => void (await table.put(toItem(callStateKey(account), state), isReadable)),

    saveApprovalMarks: async (account, marks) =>
      void (await table.put(toItem(approvalMarksKey(account), marks), isReadable)),
  } satisfies Partial<FleetStore>;
}
