const paidByTheMonth = [
  'AWS::KMS::Key',
  'AWS::SecretsManager::Secret',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::NatGateway',
];

/** The types of resources that have a monthly price, and that `computeMonthlyCost` does not include. */
export const findUnpriced = (types: readonly string[]): string[] =>
  types.filter((type) => paidByTheMonth.includes(type));
