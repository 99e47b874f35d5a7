/**
 * The API calls that can change the firewall of an instance, as CloudTrail names them. The rule of the event path, the search in
 * CloudTrail and the parser of its records all take this list.
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
