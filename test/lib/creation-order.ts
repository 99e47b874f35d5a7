/** The order in which CloudFormation creates the resources of a template: after everything that they refer to or depend on. */
import type { Template } from 'aws-cdk-lib/assertions';

interface Resource {
  Type: string;
  DependsOn?: string | string[];
}

/** For each logical id, the logical ids of the resources that exist before this one is created. Throws if the references form a circle. */
export function listEarlierResources(template: Template): Map<string, Set<string>> {
  const resources = template.toJSON()['Resources'] as Record<string, Resource>;
  const earlier = new Map<string, Set<string>>();
  const visit = (id: string, path: readonly string[]): Set<string> => {
    if (path.includes(id)) throw new Error(`A circle: ${[...path, id].join(' -> ')}`);
    const known = earlier.get(id);
    if (known) return known;
    const direct = findReferences(resources[id]).filter((other) => Object.hasOwn(resources, other));
    const all = new Set(direct.flatMap((other) => [other, ...visit(other, [...path, id])]));
    earlier.set(id, all);
    return all;
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return earlier;
}

/** Logical ids, and names of parameters, in `DependsOn`, `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
function findReferences(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'DependsOn') return [inner].flat().map(String);
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0])];
    if (key === 'Fn::Sub') return [...String([inner].flat()[0]).matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
    return findReferences(inner);
  });
}
