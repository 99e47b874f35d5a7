/**
 * The alternative programs, and the data of Lightsail that each of them reads. The statements about each program come from the source of
 * the pinned version: `c7n/resources/lightsail.py`; `prowler/providers/aws/services/lightsail/`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ensurePython } from '../../test/deploy/python.ts';
import { custodianVersion } from '../signal/run-custodian.ts';

export interface Peer {
  name: string;
  /** What the program reads, and what it does not do. */
  does: string;
  /** True: the program reads no port states. */
  isListingOnly: boolean;
  acceptedExitCodes: readonly number[];
  /** Installs the program if necessary, and returns its Python. Throws with the reason if it cannot be installed. */
  install(): Promise<string>;
  /** The command runs in `folder`, and can write files there. */
  command(python: string, regions: readonly string[], folder: string): string[];
  /** The number of instances in the program's result. */
  countResult(folder: string, stdout: string): number;
}

export const versions = { boto3: '1.44.3', custodian: custodianVersion, prowler: '5.46.0' };

const script = fileURLToPath(new URL('read_firewalls.py', import.meta.url));
const pythonOf = async (pin: string, folder?: string) => join((await ensurePython([pin], folder)).bin, 'python');

const boto3 = {
  does: 'listing and port states; compares with nothing, keeps nothing',
  isListingOnly: false,
  acceptedExitCodes: [0],
  install: () => pythonOf(`boto3==${versions.boto3}`),
  countResult: (_folder: string, stdout: string) => Number(stdout),
};

const loop: Peer = {
  ...boto3,
  name: 'boto3, one call after another',
  command: (python, regions) => [python, script, 'loop', ...regions],
};

/** Sends as many requests at the same time as Portwatch does. */
export const threads: Peer = {
  ...boto3,
  name: 'boto3, threads',
  command: (python, regions) => [python, script, 'threads', ...regions],
};

export const peers: readonly Peer[] = [
  loop,
  threads,
  {
    name: `Cloud Custodian ${versions.custodian}`,
    does: 'listing alone, one region after another: no port states, no comparison with before',
    isListingOnly: true,
    acceptedExitCodes: [0],
    install: () => pythonOf(`c7n==${versions.custodian}`, `portwatch-custodian-${versions.custodian}`),
    command: (python, regions, folder) => {
      const policy = { name: 'firewalls', resource: 'aws.lightsail-instance' };
      writeFileSync(join(folder, 'policy.json'), JSON.stringify({ policies: [policy] }));
      const options = ['run', '--output-dir', 'result', '--cache-period', '0'];
      return [python, '-m', 'c7n.cli', ...options, ...regions.flatMap((region) => ['-r', region]), 'policy.json'];
    },
    countResult: (folder) => countInFiles(join(folder, 'result'), 'resources.json'),
  },
  {
    name: `Prowler ${versions.prowler}`,
    does: 'listing, databases and static addresses: no port states, no comparison with before',
    isListingOnly: true,
    // Code 3: a check has failed.
    acceptedExitCodes: [0, 3],
    install: () => pythonOf(`prowler==${versions.prowler}`, `portwatch-prowler-${versions.prowler}`),
    command: (python, regions) => {
      const options = ['-c', 'lightsail_instance_public', '-M', 'json-ocsf', '-o', 'result', '--no-banner'];
      return [python, '-m', 'prowler', 'aws', ...options, '-f', ...regions];
    },
    countResult: (folder) => countInFiles(join(folder, 'result'), '.ocsf.json'),
  },
];

/** The number of elements in the JSON lists of the files whose names end with `ending`, in all subfolders. */
function countInFiles(folder: string, ending: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));
  const lists = files.map((file) => z.array(z.unknown()).parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
  return lists.reduce((sum, list) => sum + list.length, 0);
}
