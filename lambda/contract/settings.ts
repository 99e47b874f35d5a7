import type { ExpectedChange } from '../firewall/index.ts';
import type { Severity } from '../firewall/rating/severity.ts';

/** The part of the configuration that a scan needs. */
export interface ScanSettings {
  account: string;
  /** How people call the account. */
  name: string;
  /** `null`: every region that Lightsail has, and every region where something is already watched. */
  regions: readonly string[] | null;
  /** Firewall alerts below this severity are recorded and counted, not sent. */
  alertFrom: Severity;
  expected: readonly ExpectedChange[];
  /** Scans without a successful read after which people are told; 1 or more. Access denied is told at once. */
  tellGapAfterScans: number;
  /** Days a snapshot is kept after it was superseded; `null`: for ever. */
  keepHistoryDays: number | null;
  /** Ports on the high-risk list; `null`: the default list. */
  highRiskPorts: readonly number[] | null;
  /** Nobody looks up who did it: alerts say so. */
  attributionOff?: boolean | undefined;
  /** Is a short alert sent once it is known who made a change that was told without it? Left out: yes. */
  attributedAlerts?: boolean | undefined;
}
