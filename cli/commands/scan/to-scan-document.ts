/** The document of `portwatch scan --json`, with field names of the alerts' JSON event: `coverage`, `instance`, `severity`, `reason`. */
import type { AccountSurvey } from './survey-account.ts';

export interface FailedAccount {
  profile: string | null;
  message: string;
}

export function toScanDocument(accounts: readonly AccountSurvey[], failed: readonly FailedAccount[]) {
  return { schema: 'portwatch.scan/1', accounts: accounts.map(toAccount), failed };
}

function toAccount(survey: AccountSurvey) {
  const { account, profile, callerArn, scannedAt, instances, notRead, regionsUnavailable, regionsFailed } = survey;
  const regionsNotListed = [...regionsUnavailable, ...regionsFailed].map(({ region, reason, message }) => {
    return { region, reason, message };
  });
  const coverage = {
    instancesListed: instances.length + notRead.length,
    instancesRead: instances.length,
    regionsListed: survey.regionsListed.length,
    regionsSkipped: regionsNotListed.map(({ region }) => region).toSorted(),
  };
  return {
    account,
    profile,
    callerArn,
    scannedAt,
    coverage,
    instances: instances.map(({ region, name, facts, rules, exposure, severity, reason }) => ({
      severity,
      reason,
      region,
      instance: { name, ...facts },
      exposure: exposure.reach,
      dormant: exposure.dormant,
      notes: exposure.notes,
      rules,
    })),
    notRead,
    regionsNotListed,
  };
}
