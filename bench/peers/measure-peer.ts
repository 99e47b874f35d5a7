import { factsOf, type Lightsail } from './lightsail-facts.ts';
import type { Peer } from './peers.ts';
import { inNewFolder, runMeasured } from './run-measured.ts';
import type { StandIns } from './stand-in.ts';
import type { PeerRow } from './tables.ts';

/** If a program cannot be installed, or fails, its row has the reason in place of figures. */
export async function measurePeer(
  peer: Peer,
  standIns: StandIns,
  lightsail: Lightsail,
  endpointUrl: string,
): Promise<PeerRow> {
  const row = { what: peer.name, does: peer.does, hasTarget: false };
  try {
    const python = await peer.install();
    await standIns.takeCalls();
    return await inNewFolder(async (folder) => {
      const { usage, stdout } = await runMeasured({
        command: peer.command(python, standIns.regions, folder),
        // The stand-in of STS is the endpoint of every service without a stand-in, so that no program sends a request to a real service.
        environment: { ...standIns.environment(), AWS_ENDPOINT_URL: endpointUrl },
        folder,
        acceptedExitCodes: peer.acceptedExitCodes,
      });
      const facts = factsOf(await standIns.takeCalls(), standIns, lightsail, peer.isListingOnly);
      return { ...row, measured: { ...usage, ...facts, instancesRead: peer.countResult(folder, stdout) } };
    });
  } catch (error) {
    return { ...row, measured: oneLine(error) };
  }
}

/** Converts the error to one line without `|`, which fits into a cell of a Markdown table. */
function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim();
}
