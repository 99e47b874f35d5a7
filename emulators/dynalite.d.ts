/** dynalite 4 has no types; these types cover the parts that the stand-in uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Milliseconds that a new table stays in CREATING. Default: 500. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    /** LevelDB folder. Default: in memory. */
    path?: string;
  }

  /** Returns a server that does not listen yet. Its `close` also closes the database. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
