/** `demo --stay`: the stand-ins stay up, a scan runs every few seconds, and whoever watches can change firewalls by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quoteForShell, renderPlain } from '../../lambda/alerts/escape.ts';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import { historyPartition } from '../../lambda/contract/table-keys.ts';
import type { Channel } from '../text/terminal.ts';
import { demoAccountId, demoHomeRegion } from './demo-fleet.ts';
import { buildNarrator, type Narrator } from './narrator.ts';
import { demoTableName, type Stage } from './stage.ts';
import { tellMail, tellScan } from './tell-scene.ts';

const scanEverySeconds = 5;

/** Returns when it is interrupted: that is how it is meant to end. */
export async function stayOnStage(stage: Stage, channel: Channel, interrupted: AbortSignal): Promise<void> {
  stage.catchUp();
  const narrator = buildNarrator({ out: channel });
  narrator.say(...renderInvitation(stage.environment));
  while (await waitFor(scanEverySeconds * 1_000, interrupted)) await scanAloud(stage, narrator);
}

/** A stand-in that was told to fail ends one scan, as in an account, and not the watch. */
async function scanAloud(stage: Stage, narrator: Narrator): Promise<void> {
  try {
    const scan = await stage.scanOnce();
    if (scan.messages.length === 0 && scan.defects.length === 0) return;
    tellScan(scan, narrator);
    for (const message of scan.messages) tellMail(message, narrator);
  } catch (error) {
    narrator.say(`   ${renderPlain(String(error), 500)} The next scan tries again.`);
  }
}

/** False: interrupted. */
async function waitFor(ms: number, interrupted: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: interrupted });
    return true;
  } catch (error) {
    if (interrupted.aborted) return false;
    throw error;
  }
}

function renderInvitation(environment: Readonly<Record<string, string>>): string[] {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoteForShell(value)}`);
  return [
    '',
    `The stand-ins stay up, and a scan runs every ${scanEverySeconds} seconds; Ctrl-C ends both.`,
    'Look around from another terminal (these lead the AWS CLI and every SDK to the stand-ins, with made-up credentials):',
    '',
    ...exports,
    '',
    '# open a port, and watch the alert arrive here',
    'aws lightsail open-instance-public-ports --region us-east-1 --instance-name hosting --port-info fromPort=6379,toPort=6379,protocol=tcp,cidrs=0.0.0.0/0',
    '# the same without the AWS CLI: give an instance these rules, whatever it had',
    `curl -d '${JSON.stringify(closeEverything)}' "$AWS_ENDPOINT_URL_LIGHTSAIL/_emulator/set-port-states"`,
    '# scan by hand: what is exposed now',
    'npm run portwatch -- scan',
    '# what happened to it, as it lies in DynamoDB',
    renderHistoryQuery({ table: demoTableName, region: demoHomeRegion }, historyPartition(hosting)),
    '',
  ];
}

const hosting = { account: demoAccountId, region: 'us-east-1', instanceName: 'hosting' };
const closeEverything = { region: 'us-east-1', name: 'office', portStates: [] };
