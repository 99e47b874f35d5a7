/** The order in which CloudFormation creates the resources of a first deployment. */
import { Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * CloudFormation creates `last` after every resource in `scope` that does not need `last` itself. The dependencies are added at
 * synthesis, when all references are known; so this holds for resources that are added to `scope` later, too.
 */
export function createLast(scope: IConstruct, last: IConstruct): void {
  Aspects.of(last).add({
    visit: (visited) => {
      if (visited === last) addDependencies(findResources(scope), findResources(last), findResources(Stack.of(last)));
    },
  });
}

const findResources = (scope: IConstruct): CfnResource[] =>
  scope.node.findAll().filter((each) => CfnResource.isCfnResource(each));

/** `all`: also those outside of `scope`, by which a resource of `scope` may need one of `last`. */
function addDependencies(scope: CfnResource[], last: CfnResource[], all: CfnResource[]): void {
  const needs = new Map(all.map((each) => [each, findNeeded(each, all)]));
  const needsLast = new Set(last);
  // A set visits the elements that are added during the loop, too.
  for (const one of needsLast) {
    for (const [other, needed] of needs) if (needed.has(one)) needsLast.add(other);
  }
  for (const one of last) for (const other of scope) if (!needsLast.has(other)) addDependency(one, other);
}

/** An older CDK has only the method of the old name. */
function addDependency(one: CfnResource, other: CfnResource): void {
  if ('addResourceDependency' in one) one.addResourceDependency(other);
  else (one as CfnResource).addDependency(other);
}

/** The resources that the template of `resource` names, and those that its construct depends on. */
function findNeeded(resource: CfnResource, all: readonly CfnResource[]): Set<CfnResource> {
  const stack = Stack.of(resource);
  const template = JSON.stringify(stack.resolve(resource._toCloudFormation()));
  const named = new Set([...template.matchAll(/"(\w+)"/g)].map(([, word = '']) => word));
  const depended = new Set(
    resource.node.scopes.flatMap(({ node }) => node.dependencies).flatMap((each) => each.node.findAll()),
  );
  return new Set(all.filter((each) => named.has(stack.resolve(each.logicalId)) || depended.has(each)));
}
