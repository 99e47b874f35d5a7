/** The settings of an SDK client for a stand-in. With one attempt, a test sees each error of the stand-in. */
export const settingsFor = (endpoint: string) => ({
  region: 'eu-west-1',
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
