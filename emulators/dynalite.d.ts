/** dynalite 4 has no types; these are the parts in use. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** How long a new table stays in CREATING; 500 by default. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    /** LevelDB folder; in memory without one. */
    path?: string;
  }

  /** A server that does not listen yet. Its `close` also closes the database. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
