/** Checks that the restore command is right or absent: bash and the AWS CLI run exactly the line of the alert. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { startStsEmulator } from '../../emulators/sts.ts';
import { restoreCommand } from '../../lambda/alerts/restore-command.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import { lightsailBehaviour } from '../../lambda/contract/lightsail-behaviour.ts';
import { exposureOf, hashExposure } from '../../lambda/firewall/index.ts';
import { asPortStates, type PortState } from '../../lambda/firewall/rules/port-state.ts';
import { account, homeRegion as region, WatchedAccount } from '../wire/watched-account.ts';
import { ensurePython } from './python.ts';
import { hostileNames, lost, type RestoreCase, restorable } from './restore-command-cases.ts';
import { listProbes, passing } from './restore-command-probes.ts';

const run = promisify(execFile);
const guarded: RestoreCase = {
  title: 'the line of the mail',
  name: 'guarded',
  before: restorable[0]!.before,
  after: restorable[0]!.after,
};
const cases: RestoreCase[] = [...restorable, ...lost, guarded];
const nameOf = (one: RestoreCase) => one.name ?? `web-${cases.indexOf(one) + 1}`;

let bin = '';
let folder = '';
let watched: WatchedAccount;
/** The alerts of the scan after the change, and of the scan after the commands ran, by instance name. */
let told: Map<string, Alert>;
let toldAfter: Map<string, Alert>;

beforeAll(async () => {
  ({ bin } = await ensurePython(['awscli==1.46.3']));
  folder = await mkdtemp(join(tmpdir(), 'portwatch-restore-'));
  watched = await WatchedAccount.start({ lightsail: { regions: [region], notEnabledRegions: [] } });
  const { lightsail } = watched.emulators;
  for (const one of cases) {
    const ipAddressType = one.ipAddressType ?? 'dualstack';
    lightsail.addInstance({ region, name: nameOf(one), portStates: one.before, ipAddressType });
  }
  await watched.scan();
  for (const one of cases) {
    lightsail.setPortStates({ region, name: nameOf(one), portStates: one.after });
    if (one.ipAddressTypeAfter !== undefined) {
      lightsail.setIpAddressType({ region, name: nameOf(one), ipAddressType: one.ipAddressTypeAfter });
    }
  }
  told = await changesOfScan();
  const twoAtOnce = pLimit(2);
  const commands = restorable.map((one) => told.get(nameOf(one))?.restoreCommand ?? 'false');
  await Promise.all(commands.map((command) => twoAtOnce(() => shell(command))));
  toldAfter = await changesOfScan();
}, 600_000);

afterAll(async () => {
  await watched?.close();
  if (folder !== '') await rm(folder, { recursive: true });
});

async function changesOfScan(): Promise<Map<string, Alert>> {
  const already = watched.alerts().length;
  await watched.scan();
  const alerts = watched.alerts().slice(already);
  return new Map(alerts.map((alert) => [alert.instance?.name ?? '', alert]));
}

/** Runs in an empty folder, with the endpoint variables of the stand-ins and without a profile. */
async function shell(command: string, variables: Record<string, string> = {}) {
  const quiet = { AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1', AWS_PAGER: '' };
  const env = { ...process.env, ...quiet, PATH: `${bin}:${process.env['PATH']}`, ...variables };
  return run('bash', ['-c', command], { env, cwd: folder }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

function rulesNow(one: RestoreCase): PortState[] {
  const instance = watched.emulators.lightsail.instances().find(({ name }) => name === nameOf(one));
  return Array.isArray(instance?.portStates) ? asPortStates(instance.portStates) : [];
}

function hashOf(rules: PortState[], ipAddressType: string): string {
  return hashExposure(exposureOf({ rules, ipAddressType }).reach);
}

/** The exposure before and now, as the product computes it and as the packets show it. */
function compareWithBefore(one: RestoreCase) {
  const typeBefore = one.ipAddressType ?? 'dualstack';
  const typeNow = one.ipAddressTypeAfter ?? typeBefore;
  const now = rulesNow(one);
  const probes = listProbes(one.before, one.after, now);
  return {
    hashBefore: hashOf(one.before, typeBefore),
    hashNow: hashOf(now, typeNow),
    packetsBefore: passing(probes, one.before, typeBefore),
    packetsNow: passing(probes, now, typeNow),
    packetsChanged: passing(probes, one.after, typeNow),
  };
}

describe('the restore command of an alert, run as it is', () => {
  test.each(restorable)('brings back the exposure from before: $title', (one) => {
    const alert = told.get(nameOf(one));
    const operation = `aws lightsail ${one.by}-instance-public-ports --region ${region} --instance-name `;
    expect(alert).toMatchObject({ kind: 'firewall-changed', restoreNote: null });
    expect(alert?.restoreCommand?.slice(0, operation.length)).toBe(operation);
    const found = compareWithBefore(one);
    expect(found.hashNow).toBe(found.hashBefore);
    expect(found.packetsNow).toEqual(found.packetsBefore);
    expect(found.packetsChanged).not.toEqual(found.packetsBefore);
  });

  test.each(restorable)('makes the next scan find that the change was undone: $title', (one) => {
    const [change, undone] = [told.get(nameOf(one)), toldAfter.get(nameOf(one))];
    expect(undone).toMatchObject({ opened: change?.closed, closed: change?.opened });
  });

  test.each(hostileNames)(
    'passes a name as one argument, and executes no part of the name: %s',
    async (instanceName) => {
      const change = { rulesBefore: guarded.before, rulesAfter: guarded.after, ipAddressType: 'dualstack' };
      const { command } = restoreCommand({ account, region, instanceName, ...change }, lightsailBehaviour);
      const { code, stderr } = await shell(command ?? 'false');
      expect(code).not.toBe(0);
      expect(stderr).toContain('(InvalidInputException) when calling the PutInstancePublicPorts operation');
      expect(stderr).toContain(`; got ${JSON.stringify(instanceName)}.`);
      expect(await readdir(folder)).toEqual([]);
    },
    60_000,
  );
});

describe('where there is no restore command', () => {
  test.each(lost)('the note says why: $title', (one) => {
    const alert = told.get(nameOf(one));
    expect(alert).toMatchObject({ kind: 'firewall-changed', restoreCommand: null });
    expect(alert?.restoreNote).toMatch(one.note);
  });

  const tempting = lost.filter(({ naively }) => naively === 'opens-else');

  test.each(tempting)('the command that copies the old rules would have opened something else: $title', async (one) => {
    const portInfos = one.before.map(({ state: _, ...portInfo }) => portInfo);
    const target = `--region ${region} --instance-name ${nameOf(one)}`;
    const naive = `aws lightsail put-instance-public-ports ${target} --port-infos '${JSON.stringify(portInfos)}'`;
    expect(await shell(naive)).toMatchObject({ code: 0 });
    const found = compareWithBefore(one);
    expect(found.hashNow).not.toBe(found.hashBefore);
    expect(found.packetsNow.filter((packet) => !found.packetsBefore.includes(packet))).not.toEqual([]);
  });
});

describe('the line of the mail', () => {
  function lineOfMail(): string {
    const mails = watched.emulators.sns.publications().map(({ byProtocol }) => byProtocol?.['email'] ?? '');
    const lines = mails.flatMap((mail) => mail.split('\n')).map((line) => line.trim());
    return lines.find((line) => line.startsWith('[ ') && line.includes('--instance-name guarded ')) ?? '';
  }

  test('stops in another account, and puts the firewall back in its own', async () => {
    const elsewhere = await startStsEmulator({ account: '999999999999' });
    try {
      const stopped = await shell(lineOfMail(), { AWS_ENDPOINT_URL_STS: elsewhere.url });
      expect(stopped).toEqual({ code: 1, stderr: '' });
      expect(rulesNow(guarded)).toEqual(guarded.after);
    } finally {
      await elsewhere.close();
    }
    expect(await shell(lineOfMail())).toEqual({ code: 0, stderr: '' });
    const found = compareWithBefore(guarded);
    expect(found.hashNow).toBe(found.hashBefore);
    expect(found.packetsNow).toEqual(found.packetsBefore);
  }, 60_000);

  test('stops if the account is unknown', async () => {
    const nobody = { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
    watched.emulators.lightsail.setPortStates({ region, name: 'guarded', portStates: guarded.after });
    expect((await shell(lineOfMail(), nobody)).code).toBe(1);
    expect(rulesNow(guarded)).toEqual(guarded.after);
  }, 60_000);
});
