/** The place, the time and the account of the decision tests of `portwatch doctor`. */
export const place = { region: 'eu-west-1', stack: 'Portwatch', monitor: null, profile: null };
export const now = Date.parse('2026-11-23T12:00:00Z');
export const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
export const account = '111122223333';
