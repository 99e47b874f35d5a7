import { RegionName } from '@aws-sdk/client-lightsail';
import { describe, expect, test } from '@jest/globals';
import { explainErrors } from '../../../cli/aws/explain-errors.ts';
import { CommandError } from '../../../cli/command-error.ts';

const { signal } = new AbortController();
const otherwise = 'The table could not be read.';

async function explain(error: unknown): Promise<unknown> {
  const work = explainErrors(Promise.reject(error), signal, otherwise, { NotFound: 'There is no table.' });
  return work.catch((problem: unknown) => (problem instanceof CommandError ? problem.message : problem));
}

const cure = `Correct the option, AWS_REGION or the profile; the regions of Lightsail known here are ${Object.values(RegionName).sort().join(', ')}.`;

const lost = (hostname: string, code = 'ENOTFOUND') =>
  Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname });

describe('an error of an AWS call', () => {
  test('is the sentence for its name, or the general one, with the message of the SDK', async () => {
    expect(await explain(Object.assign(new Error('no'), { name: 'NotFound' }))).toBe(
      'There is no table. The AWS SDK says: NotFound: no',
    );
    expect(await explain(new Error('no'))).toBe('The table could not be read. The AWS SDK says: Error: no');
    expect(await explain(new CommandError('mine'))).toBe('mine');
  });

  test.each([
    [
      'dynamodb.eu-wst-1.amazonaws.com',
      'AWS has no region eu-wst-1, or the network cannot find it; did you mean eu-west-1?',
    ],
    [
      '123.ddb.us-eats-1.amazonaws.com',
      'AWS has no region us-eats-1, or the network cannot find it; did you mean us-east-1?',
    ],
    ['sts.xx-quantum-77.amazonaws.com', 'AWS has no region xx-quantum-77, or the network cannot find it.'],
    ['sns.nowhere-1.amazonaws.com', 'AWS has no region nowhere-1, or the network cannot find it.'],
    ['sts.qq-quantum-7.amazonaws.com.cn', 'AWS has no region qq-quantum-7, or the network cannot find it.'],
  ])('a host that is not found names the region: %s', async (hostname, sentence) => {
    expect(await explain(lost(hostname))).toBe(
      `${sentence} ${cure} The AWS SDK says: Error: getaddrinfo ENOTFOUND ${hostname}`,
    );
  });

  test('a region that is no name of a region is named', async () => {
    const error = new Error('Region not accepted: region="eu west 1" is not a valid hostname component.');
    expect(await explain(error)).toBe(
      `"eu west 1" is not the name of a region; did you mean eu-west-1? ${cure} The AWS SDK says: Error: ${error.message}`,
    );
  });

  test('with a region that exists, or another failure of the network, the region is not blamed', async () => {
    for (const error of [
      lost('dynamodb.eu-west-1.amazonaws.com'),
      lost('sts.amazonaws.com'),
      lost('dynamodb.eu-wst-1.amazonaws.com', 'EAI_AGAIN'),
    ])
      expect(await explain(error)).toMatch(/^The table could not be read\. /);
  });
});
