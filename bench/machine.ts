import { cpus, loadavg } from 'node:os';

export const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;

export const load = () => loadavg()[0]?.toFixed(1);

/** With a load above the number of processors, the measured times are too long. */
export const loadLimit = `(above ${cpus().length}: times are too long)`;
