import {
  BootstraplessSynthesizer,
  CfnParameter,
  type FileAssetLocation,
  type FileAssetSource,
  Stack,
} from 'aws-cdk-lib';
import { bucketNamePattern, bucketParameter, keyPrefix } from './code-bucket.ts';

/** One zip file that the template needs in the bucket. */
export interface BucketAsset {
  /** The key without the prefix: `Monitor-Scan-0123456789abcdef.zip`. The name contains a hash of the content. */
  readonly name: string;
  /** A folder in the output of the app, whose files are the content of the zip file. */
  readonly folder: string;
}

/**
 * Synthesises templates for an account without CDK bootstrap: the code of the functions is in a bucket whose name is a parameter. `assets`
 * collects the files that the bucket must contain.
 */
export class BucketSynthesizer extends BootstraplessSynthesizer {
  private readonly assets: BucketAsset[];
  private bucket = '';

  constructor(assets: BucketAsset[]) {
    super();
    this.assets = assets;
  }

  override bind(stack: Stack): void {
    super.bind(stack);
    const parameter = new CfnParameter(stack, bucketParameter, {
      description: 'Name of the S3 bucket, in the region of this stack, with the zip files of the functions',
      allowedPattern: bucketNamePattern.source,
    });
    this.bucket = parameter.valueAsString;
  }

  override addFileAsset({ fileName = '', sourceHash, displayName = 'Function' }: FileAssetSource): FileAssetLocation {
    const path = displayName.replace(/\/Function\/Code$/, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
    const name = `${path}-${sourceHash.slice(0, 16)}.zip`;
    this.assets.push({ name, folder: fileName });
    const objectKey = `${keyPrefix}/${name}`;
    return {
      bucketName: this.bucket,
      objectKey,
      httpUrl: `https://${this.bucket}.s3.${Stack.of(this.boundStack).urlSuffix}/${objectKey}`,
      s3ObjectUrl: `s3://${this.bucket}/${objectKey}`,
    };
  }
}
