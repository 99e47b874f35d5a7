import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { isUnavailable } from './decide-refused-region.ts';
import type { AccountSurvey } from './survey-account.ts';

const allowReading = 'allow lightsail:GetInstances and lightsail:GetInstancePortStates to these credentials';

/** One sentence about the part of the account that could not be read; `null`: nothing failed, and at least one region was listed. */
export function describeUnread(survey: AccountSurvey): string | null {
  const { account, notRead, regionsListed, regionsFailed, regionsUnavailable } = survey;
  const tried = [...regionsFailed, ...regionsUnavailable];
  if (regionsListed.length === 0 && tried.every(isUnavailable)) {
    const names = tried.map(({ region }) => region).join(', ');
    return `account ${account}: no region could be listed (tried ${names}); ${allowReading}, or choose an enabled region.`;
  }
  if (notRead.length + regionsFailed.length === 0) return null;
  const regions = regionsFailed.map(({ region }) => region);
  const missing = [
    ...(notRead.length > 0 ? [renderCount(notRead.length, 'instance')] : []),
    ...(regions.length > 0 ? [`${renderCount(regions.length, 'region')} (${regions.join(', ')})`] : []),
  ];
  const reasons = [...new Set([...notRead, ...regionsFailed].map(({ reason }) => reason))];
  const cure = reasons.includes('access-denied') ? `; ${allowReading}` : '';
  return `account ${account}: ${missing.join(' and ')} could not be read (${reasons.join(', ')}); what is exposed there is not known${cure}.`;
}
