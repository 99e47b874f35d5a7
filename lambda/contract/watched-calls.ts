/**
 * The API calls that can change the firewall of an instance, by their names in CloudTrail. The rule of the event path, the search in
 * CloudTrail and the parser of its records all use this list.
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
