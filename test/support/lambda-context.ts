import type { Context } from 'aws-lambda';

/** The fields of the Lambda context that the handlers of the product read. */
export function lambdaContext(functionName = 'Scan', remainingMs = 60_000): Context {
  return {
    functionName,
    awsRequestId: 'request-1',
    memoryLimitInMB: '256',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
}
