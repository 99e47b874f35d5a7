/** The names of the code in a bucket, for templates without CDK bootstrap. Imports nothing, so that the command line can load this file. */

/** The template parameter for the name of the bucket. */
export const bucketParameter = 'CodeBucket';

/** All keys in the bucket begin with this prefix. */
export const keyPrefix = 'portwatch';

export const bucketNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
