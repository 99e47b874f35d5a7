/** The order in which CloudFormation creates the resources of a first deployment. */
import { Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Makes CloudFormation create `table` and `schedule` after every resource in `scopes` that does not depend on them. The dependencies are
 * added at synthesis, so that resources and scopes that are added later are included. `schedule` comes after `table`, because the function
 * of the schedule refers to the table.
 */
export function createLast(scopes: ReadonlySet<IConstruct>, table: IConstruct, schedule: IConstruct): void {
  Aspects.of(schedule).add({
    visit: (visited) => {
      if (visited !== schedule) return;
      const inScopes = new Set([...scopes].flatMap(findResources));
      const needs = findNeeds(findResources(Stack.of(schedule)));
      // The order of the two does not matter: a resource that depends on the schedule also depends on the table, through the function.
      for (const last of [table, schedule]) addDependencies(inScopes, findResources(last), needs);
    },
  });
}

const findResources = (scope: IConstruct): CfnResource[] =>
  scope.node.findAll().filter((each) => CfnResource.isCfnResource(each));

/** The resources of a stack, each with the resources that it depends on. */
type Needs = ReadonlyMap<CfnResource, ReadonlySet<CfnResource>>;

/**
 * Makes each resource of `last` depend on each resource of `scope` that does not itself depend on `last`. `needs` includes resources
 * outside of `scope`, because a resource of `scope` can depend on `last` through another resource.
 */
function addDependencies(scope: ReadonlySet<CfnResource>, last: CfnResource[], needs: Needs): void {
  const needsLast = new Set(last);
  // The loop also visits the elements that are added to the set during the loop.
  for (const one of needsLast) {
    for (const [other, needed] of needs) if (needed.has(one)) needsLast.add(other);
  }
  for (const one of last) for (const other of scope) if (!needsLast.has(other)) addDependency(one, other);
}

/** In CDK versions without `addResourceDependency`, the method is named `addDependency`. */
function addDependency(one: CfnResource, other: CfnResource): void {
  if ('addResourceDependency' in one) one.addResourceDependency(other);
  else (one as CfnResource).addDependency(other);
}

/**
 * A resource depends on the resources that its template names, and on the dependencies of its construct and of the parents of the
 * construct.
 */
function findNeeds(all: readonly CfnResource[]): Needs {
  const ids = all.map((each) => [Stack.of(each).resolve(each.logicalId) as string, each] as const);
  return new Map(
    all.map((resource) => {
      const template = JSON.stringify(Stack.of(resource).resolve(resource._toCloudFormation()));
      const named = new Set([...template.matchAll(/"(\w+)"/g)].map(([, word = '']) => word));
      const depended = new Set<IConstruct>(
        resource.node.scopes.flatMap(({ node }) => node.dependencies).flatMap((each) => each.node.findAll()),
      );
      const needed = ids.filter(([id, each]) => named.has(id) || depended.has(each)).map(([, each]) => each);
      return [resource, new Set(needed)];
    }),
  );
}
