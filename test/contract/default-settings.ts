/** The defaults of the settings that have one, literally: no test computes them. */
export const settingDefaults = {
  scanEveryMinutes: 5,
  emptyRegionsEveryMinutes: 0,
  alertFrom: 'low',
  expected: [],
  approved: [],
  approvalsByCommand: true,
  approvedClosingAlerts: true,
  reminders: 'auto',
  remindCriticalEveryDays: 1,
  remindHighEveryDays: 7,
  weeklyDigest: true,
  tellGapAfterScans: 2,
  attribution: true,
  attributedAlerts: true,
  eventPath: true,
  eventRegions: [],
};
