/** What the scan function is told by its environment, and how much of it fits. */
import { Token } from 'aws-cdk-lib';

/** An expected change as the function reads it; each field narrows it, `ports` is inclusive. */
export interface ExpectedChange {
  /** The instance's name, or a pattern of it with `*` and `?`. @default - every instance */
  readonly instance?: string | undefined;
  /** @default - every region */
  readonly region?: string | undefined;
  /** @default - every protocol */
  readonly protocol?: string | undefined;
  /** Of tcp or udp. @default - every port */
  readonly ports?: { readonly from: number; readonly to: number } | undefined;
  /**
   * The network in which every source has to lie (`198.51.100.0/24`), the shortest prefix that one may have (`/32`: single addresses),
   * or `lightsail-connect`. @default - any source
   */
  readonly widestSource?: string | undefined;
  /** Why such a change is business as usual; kept with each change that it covers. */
  readonly reason: string;
  /** A day or an instant, ISO 8601, after which it counts for nothing. @default - does not expire */
  readonly until?: string | undefined;
}

export interface ScanSettings {
  readonly name: string;
  readonly regions?: readonly string[] | undefined;
  readonly alertFrom: string;
  readonly expected: readonly ExpectedChange[];
  readonly weeklyDigest: boolean;
  readonly tellGapAfterScans: number;
  readonly keepHistoryDays?: number | undefined;
  readonly scanEveryMinutes: number;
  readonly highRiskPorts?: readonly number[] | undefined;
  readonly attribution: boolean;
  readonly attributedAlerts: boolean;
  /** Beside its own region, those whose events reach the monitor; `undefined`: it gets none at all. */
  readonly eventRegions?: readonly string[] | undefined;
}

/** Bytes. Lambda allows 4 KB for all variables of a function together; a kilobyte of it is left to names, ARNs and the logger. */
const mostSettingsBytes = 3072;

/** The JSON of `PORTWATCH_SETTINGS`; what is left out is `null` in it. */
export function renderScanSettings(settings: ScanSettings): string {
  return JSON.stringify({
    name: settings.name,
    regions: settings.regions ?? null,
    alertFrom: settings.alertFrom,
    expected: settings.expected,
    weeklyDigest: settings.weeklyDigest,
    tellGapAfterScans: settings.tellGapAfterScans,
    keepHistoryDays: settings.keepHistoryDays ?? null,
    scanEveryMinutes: settings.scanEveryMinutes,
    highRiskPorts: settings.highRiskPorts ?? null,
    eventRegions: settings.eventRegions ?? null,
    attribution: settings.attribution,
    attributedAlerts: settings.attributedAlerts,
  });
}

/** The same; throws where it does not fit. */
export function settingsThatFit(settings: ScanSettings): string {
  // The account's number, where it is not known yet, is longer as a token than it will be.
  const sized = Token.isUnresolved(settings.name) ? { ...settings, name: '000000000000' } : settings;
  const problem = checkSettingsSize(renderScanSettings(sized));
  if (problem) throw new Error(`expectedChanges: ${problem}`);
  return renderScanSettings(settings);
}

/** Why the settings can't be given to the function; `null`: they fit. */
export function checkSettingsSize(settings: string): string | null {
  const bytes = Buffer.byteLength(settings);
  if (bytes <= mostSettingsBytes) return null;
  return (
    `got settings of ${bytes} bytes, expected at most ${mostSettingsBytes}, since Lambda allows a function 4 KB of variables. ` +
    'Join entries by a pattern for the instance, or shorten their reasons.'
  );
}
