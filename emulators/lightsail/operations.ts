/** The supported operations of the Lightsail API. Each takes parameters and returns the answer, or throws a `Refusal`. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../wire/reply.ts';
import { closePorts, openPorts, putPorts } from './firewall-operations.ts';
import type { EmulatedInstance, Fleet, IpAddressType } from './fleet.ts';
import type { Pages } from './pages.ts';
import { invalidInput } from './port-info.ts';
import { describeRegion } from './regions.ts';
import { renderInstance } from './render-instance.ts';
import type { LightsailReadings } from './undocumented-behaviour.ts';

export interface OperationContext {
  fleet: Fleet;
  pages: Pages;
  region: string;
  params: Record<string, unknown>;
}

type Operation = (context: OperationContext) => unknown;

export const operations: Record<string, Operation> = {
  GetRegions: ({ fleet, params }) => ({
    regions: fleet.common.regions.map((name) => describeRegion(name, params['includeAvailabilityZones'] === true)),
  }),
  GetInstances: getInstances,
  GetInstance: (context) => ({ instance: renderInstance(findInstance(context), context.fleet.account) }),
  GetInstancePortStates: getInstancePortStates,
  GetOperationsForResource: getOperationsForResource,
  // Programs that list everything in an account also list databases and static IPs. The stand-in has none.
  GetRelationalDatabases: () => ({ relationalDatabases: [] }),
  GetStaticIps: () => ({ staticIps: [] }),
  OpenInstancePublicPorts: (context) => changePorts(context, 'OpenInstancePublicPorts', 'portInfo', openPorts),
  CloseInstancePublicPorts: (context) => changePorts(context, 'CloseInstancePublicPorts', 'portInfo', closePorts),
  PutInstancePublicPorts: (context) => changePorts(context, 'PutInstancePublicPorts', 'portInfos', putPorts),
  SetIpAddressType: setIpAddressType,
  CreateInstances: createInstances,
  DeleteInstance: (context) => {
    const { fleet, region } = context;
    const instance = findInstance(context);
    fleet.remove(region, instance.name);
    return { operations: [describeOperation(fleet, instance, 'DeleteInstance', '')] };
  },
};

function getInstances({ fleet, pages, region, params }: OperationContext): unknown {
  const page = pages.cut(fleet.list(region), region, params['pageToken']);
  return {
    instances: page.instances.map((instance) => renderInstance(listedAs(instance, fleet), fleet.account)),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  };
}

function listedAs(instance: EmulatedInstance, { common }: Fleet): EmulatedInstance {
  const isLate = common.readings.listing === 'late' && instance.portStatesBefore !== undefined;
  return isLate ? { ...instance, portStates: instance.portStatesBefore } : instance;
}

function getInstancePortStates(context: OperationContext): unknown {
  const { fleet } = context;
  const portStates = fleet.readPortStates(findInstance(context));
  const isEmpty = Array.isArray(portStates) && portStates.length === 0;
  return isEmpty && fleet.common.readings.emptyAnswer === 'missing' ? {} : { portStates };
}

/** Oldest first, as the documentation of `GetOperations` says. The page token is the id of the last operation of the previous page. */
function getOperationsForResource(context: OperationContext): unknown {
  const { fleet, pages, region, params } = context;
  const name = parseResourceName(params['resourceName']);
  const own = fleet.operations.filter((each) => each.resourceName === name && each.location.regionName === region);
  if (own.length === 0) findInstance(context, 'resourceName');
  const after = own.findIndex(({ id }) => id === params['pageToken']);
  if (params['pageToken'] !== undefined && after === -1) throw invalidInput('The page token is not valid.');
  const operations = own.slice(after + 1, after + 1 + pages.size);
  const isMore = after + 1 + pages.size < own.length;
  return { operations, ...(isMore && { nextPageToken: operations.at(-1)?.id }) };
}

function changePorts(
  context: OperationContext,
  operationType: string,
  field: string,
  change: (instance: EmulatedInstance, input: unknown, readings: LightsailReadings) => string,
): unknown {
  const instance = findInstance(context);
  const { fleet, params } = context;
  const details = fleet.change(instance, () => change(instance, params[field], fleet.common.readings));
  return { operation: describeOperation(context.fleet, instance, operationType, details) };
}

function setIpAddressType(context: OperationContext): unknown {
  const { fleet, params } = context;
  const wanted = params['ipAddressType'];
  if (params['resourceType'] !== 'Instance') throw invalidInput('resourceType must be Instance here.');
  if (!isIpAddressType(wanted)) throw invalidInput(`ipAddressType must be dualstack, ipv4 or ipv6; got ${wanted}.`);
  const instance = findInstance(context, 'resourceName');
  const isBundleChanged = (wanted === 'ipv6') !== (instance.ipAddressType === 'ipv6');
  if (isBundleChanged && params['acceptBundleUpdate'] !== true) {
    throw invalidInput('Changing to or from ipv6 changes the bundle: acceptBundleUpdate must be true.');
  }
  instance.ipAddressType = wanted;
  return { operations: [describeOperation(fleet, instance, 'SetIpAddressType', wanted)] };
}

function createInstances({ fleet, region, params }: OperationContext): unknown {
  const { instanceNames, availabilityZone, blueprintId, bundleId, ipAddressType } = params;
  if (!Array.isArray(instanceNames) || instanceNames.length === 0)
    throw invalidInput('instanceNames is missing or empty.');
  if (availabilityZone !== `${region}a` && availabilityZone !== `${region}b`) {
    throw invalidInput(`availabilityZone must be one of ${region}; got ${JSON.stringify(availabilityZone)}.`);
  }
  if (typeof blueprintId !== 'string' || blueprintId === '') throw invalidInput('blueprintId is missing.');
  if (typeof bundleId !== 'string' || bundleId === '') throw invalidInput('bundleId is missing.');
  if (ipAddressType !== undefined && !isIpAddressType(ipAddressType)) throw invalidInput('Unknown ipAddressType.');
  const names = instanceNames.map(parseResourceName);
  for (const name of names) if (fleet.find(region, name)) throw invalidInput(`Some names are already in use: ${name}.`);
  const created = [...new Set(names)].map((name) => fleet.add({ region, name, blueprintId, bundleId, ipAddressType }));
  return { operations: created.map((instance) => describeOperation(fleet, instance, 'CreateInstance', '')) };
}

function findInstance({ fleet, region, params }: OperationContext, field = 'instanceName'): EmulatedInstance {
  const name = parseResourceName(params[field]);
  const instance = fleet.find(region, name);
  if (instance !== undefined) return instance;
  throw new Refusal({
    name: 'NotFoundException',
    message: `The Instance does not exist: ${name}`,
    code: 'NotFoundException',
    docs: 'https://lightsail.aws.amazon.com/ls/docs/en_us/articles/amazon-lightsail-rest-api-errors',
    tip: 'Check the name and the region.',
  });
}

/** `ResourceName` of the service's model: `\w[\w\-]*\w`. */
function parseResourceName(value: unknown): string {
  if (typeof value !== 'string' || !/^\w[\w-]*\w$/.test(value)) {
    throw invalidInput(`A resource name must match \\w[\\w\\-]*\\w; got ${JSON.stringify(value)}.`);
  }
  return value;
}

function isIpAddressType(value: unknown): value is IpAddressType {
  return value === 'dualstack' || value === 'ipv4' || value === 'ipv6';
}

function describeOperation(fleet: Fleet, instance: EmulatedInstance, operationType: string, operationDetails: string) {
  const now = fleet.nowSeconds();
  const operation = {
    id: randomUUID(),
    resourceName: instance.name,
    resourceType: 'Instance',
    createdAt: now,
    location: { availabilityZone: `${instance.region}a`, regionName: instance.region },
    isTerminal: true,
    operationDetails,
    operationType,
    status: 'Succeeded',
    statusChangedAt: now,
  };
  fleet.operations.push(operation);
  return operation;
}
