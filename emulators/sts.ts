/** A stand-in for AWS STS on loopback: `GetCallerIdentity` alone. */
import { describeForm, queryError, queryReply } from './wire/query-protocol.ts';
import { Refusal } from './wire/reply.ts';
import { type StandIn, type StandInOptions, startStandIn } from './wire/stand-in.ts';

export interface StsEmulatorOptions extends StandInOptions {
  /** `123456789012` by default. */
  account?: string;
}

export type StsEmulator = StandIn;

const dialect = { namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };

export function startStsEmulator(options: StsEmulatorOptions = {}): Promise<StsEmulator> {
  const account = options.account ?? '123456789012';
  const identity = { Arn: `arn:aws:iam::${account}:user/emulated`, UserId: 'AIDAEMULATED', Account: account };
  return startStandIn(
    {
      describe: (exchange) => describeForm(exchange, null),
      perform: (_exchange, { operation }) => {
        if (operation !== 'GetCallerIdentity') throw new Refusal({ name: 'InvalidAction' });
        return queryReply(dialect, operation, identity);
      },
      renderError: (answer) => queryError(dialect, answer),
    },
    options,
  );
}
