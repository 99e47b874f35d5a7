/**
 * The API calls that can change the firewall of an instance, by their names in CloudTrail. The EventBridge rule, the lookup in CloudTrail
 * and the parser of CloudTrail records all use this list.
 */
export const watchedCalls = [
  'OpenInstancePublicPorts',
  'CloseInstancePublicPorts',
  'PutInstancePublicPorts',
  'SetIpAddressType',
  'CreateInstances',
  'CreateInstancesFromSnapshot',
  'DeleteInstance',
] as const;
