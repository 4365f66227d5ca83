import { writeFunction } from './write-function';

/**
 * What it takes to distribute the keys by owner, for services whose tables Citus distributes: the tables, each with a column `owner`, and
 * the function that writes to them, in the form that runs on the node of its owner.
 */
export const keyDistribution = {
  tables: ['kv_owners', 'kv_entries', 'kv_changes'],
  write: {
    /** Replaces the function of one node; with every upgrade again, for a later step of the schema may bring that one back. */
    text: writeFunction('distributed'),
    signature:
      'kv_write(text,text[],bigint[],boolean[],bigint,bigint[],integer[],boolean[],text[],text[],bigint[],boolean[],bytea[],boolean[],boolean[],bigint[],bigint[])',
    ownerParameter: 'this_owner',
  },
} as const;
