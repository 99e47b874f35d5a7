import { afterEach, expect, test } from '@jest/globals';
import { isolateEnvironment } from '../../../cli/demo/isolate-environment.ts';

const warning = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
const names = ['AWS_PROFILE', 'AWS_ENDPOINT_URL', warning];

afterEach(() => {
  for (const name of names) delete process.env[name];
});

test('the AWS settings of a person are away until the demo ends; that the SDK gives no advice about Node stays', () => {
  Object.assign(process.env, { AWS_PROFILE: 'prod', AWS_ENDPOINT_URL: 'http://127.0.0.1:1', [warning]: 'true' });
  const restore = isolateEnvironment({ AWS_ENDPOINT_URL: 'http://127.0.0.1:2' });
  const settings = () => names.map((name) => process.env[name]);
  expect(settings()).toEqual([undefined, 'http://127.0.0.1:2', 'true']);
  restore();
  expect(settings()).toEqual(['prod', 'http://127.0.0.1:1', 'true']);
});
