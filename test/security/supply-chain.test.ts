import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  inBundle?: boolean;
  hasInstallScript?: boolean;
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const manifest = readJson<Manifest & { allowScripts: Record<string, boolean> }>('package.json');
const { packages } = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');

test('every dependency is pinned to one version', () => {
  const { dependencies, devDependencies, overrides } = manifest;
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...overrides }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(ranges).toEqual([]);
});

test('every package of the lock file has a hash, and comes from the configured registry', () => {
  const unproven = Object.entries(packages).filter(
    ([path, { resolved, integrity, inBundle }]) =>
      path !== '' && !inBundle && !(resolved === undefined && integrity?.startsWith('sha512-')),
  );
  expect(unproven.map(([path]) => path)).toEqual([]);
  expect(Object.keys(packages).length).toBeGreaterThan(100);
});

test('only packages that package.json names run a script at installation', () => {
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(scripted)].filter((name) => !(name in manifest.allowScripts))).toEqual([]);
});
