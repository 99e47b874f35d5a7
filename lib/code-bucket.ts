/**
 * Names for templates without CDK bootstrap, which load the code of the functions from a bucket. Imports nothing, so that the command line
 * can load this file.
 */

/** The template parameter for the name of the bucket. */
export const bucketParameter = 'CodeBucket';

/** All keys in the bucket begin with this prefix. */
export const keyPrefix = 'portwatch';

export const bucketNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
