/** How a template finds the functions without CDK bootstrap: in a bucket, under these names. It imports nothing of the CDK. */

/** The parameter of the template that names the bucket. */
export const bucketParameter = 'CodeBucket';

/** All keys in the bucket begin with this. */
export const keyPrefix = 'portwatch';

/** A name of an S3 bucket. */
export const bucketNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
