/** `demo --stay`: the stand-ins keep running with a scan every few seconds, so that people can change firewalls by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { quoteForShell, renderPlain } from '../../lambda/alerts/escape.ts';
import { renderHistoryQuery } from '../../lambda/alerts/table-queries.ts';
import { historyPartition } from '../../lambda/contract/table-keys.ts';
import type { Channel } from '../text/terminal.ts';
import { type DemoEnvironment, demoTableName } from './demo-environment.ts';
import { demoAccountId, demoHomeRegion } from './demo-fleet.ts';
import { buildDemoOutput, type DemoOutput } from './demo-output.ts';
import { renderMail, renderScan } from './render-scene.ts';

const scanEverySeconds = 2;

/** Returns on Ctrl-C, which is the normal end. */
export async function keepRunning(
  environment: DemoEnvironment,
  channel: Channel,
  interrupted: AbortSignal,
): Promise<void> {
  environment.catchUp();
  const output = buildDemoOutput({ out: channel });
  output.print(...renderInvitation(environment.environment));
  while (await waitFor(scanEverySeconds * 1_000, interrupted)) await scanAndPrint(environment, output);
}

/** After a failed scan, prints the error. The next scan follows, as in a real deployment. */
async function scanAndPrint(environment: DemoEnvironment, output: DemoOutput): Promise<void> {
  try {
    const scan = await environment.scanOnce();
    if (scan.messages.length === 0 && scan.defects.length === 0) return;
    renderScan(scan, output);
    for (const message of scan.messages) renderMail(message, output);
  } catch (error) {
    output.print(`   ${renderPlain(String(error), 500)} The next scan tries again.`);
  }
}

/** Returns false if `interrupted` was aborted before the end of the wait. */
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
    'In another terminal, set these variables: they lead the AWS CLI and every SDK to the stand-ins, with invented credentials.',
    '',
    ...exports,
    '',
    '# open a port, and watch the alert arrive here',
    'aws lightsail open-instance-public-ports --region us-east-1 --instance-name hosting --port-info fromPort=6379,toPort=6379,protocol=tcp,cidrs=0.0.0.0/0',
    '# the same without the AWS CLI: replace all rules of an instance',
    `curl -d '${JSON.stringify(closeEverything)}' "$AWS_ENDPOINT_URL_LIGHTSAIL/_emulator/set-port-states"`,
    '# scan once: the current exposure',
    'npm run portwatch -- scan',
    '# the current state and the history, as the monitor of the demo recorded them',
    `npm run portwatch -- status --table ${demoTableName}`,
    `npm run portwatch -- history hosting --table ${demoTableName}`,
    '# the history of the instance in DynamoDB',
    renderHistoryQuery({ table: demoTableName, region: demoHomeRegion }, historyPartition(hosting)),
    '',
  ];
}

const hosting = { account: demoAccountId, region: 'us-east-1', instanceName: 'hosting' };
const closeEverything = { region: 'us-east-1', name: 'office', portStates: [] };
