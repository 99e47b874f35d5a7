/**
 * Computes the version of the deployed sources. The version is an output of the stack. `portwatch doctor` compares the output with the
 * version of the clone.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** The command line, the tests and the documents are left out, because they are not deployed. */
const deployedFolders = ['lambda', 'lib'];
const deployedFiles = ['bin/cdk-app.ts', 'package-lock.json'];

/** The version is computed only once in each process, because tests build hundreds of stacks. */
let known: string | undefined;

/**
 * `0.1.0+3f2a9c10b4d7`: the version of the package, and a hash of the deployed sources. Two commits between releases have different hashes
 * if they differ in a deployed file. Line ends do not count, because Git can change them.
 */
export function readSourceVersion(): string {
  known ??= hashSources();
  return known;
}

function hashSources(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const name of listDeployedFiles()) {
    const text = readFileSync(join(repository, name), 'utf8').replaceAll('\r\n', '\n');
    hash.update(`${name}\n${text.length}\n${text}`);
  }
  return `${version}+${hash.digest('hex').slice(0, 12)}`;
}

function listDeployedFiles(): string[] {
  const inFolders = deployedFolders.flatMap((name) =>
    readdirSync(join(repository, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${name}/${file.replaceAll('\\', '/')}`),
  );
  return [...inFolders, ...deployedFiles].sort();
}
