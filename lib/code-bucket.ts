/**
 * The names under which a template finds the code of the functions in a bucket, without CDK bootstrap. This file imports nothing of the
 * CDK.
 */

/** The parameter of the template that names the bucket. */
export const bucketParameter = 'CodeBucket';

/** All keys in the bucket begin with this prefix. */
export const keyPrefix = 'portwatch';

/** A name of an S3 bucket. */
export const bucketNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
