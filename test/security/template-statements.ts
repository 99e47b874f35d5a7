/** The permissions of the roles and policies of a template. */
import type { Template } from 'aws-cdk-lib/assertions';

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

interface Policy {
  PolicyDocument: { Statement: Statement[] };
}

export const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/**
 * Every statement of a role, from the policies that name the role and from the role itself. Managed policies are not
 * resolved: there must be none.
 */
export function statementsOfRole(template: Template, roleId: string): Statement[] {
  const { Properties = {} } = resourcesOf(template, 'AWS::IAM::Role')[roleId] ?? {};
  if (Properties['ManagedPolicyArns']) throw new Error(`${roleId} has managed policies`);
  const own: Policy[] = Properties['Policies'] ?? [];
  const attached = Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .map((policy) => policy.Properties)
    .filter((policy) => listOf(policy['Roles']).some((role: { Ref?: string }) => role.Ref === roleId));
  return [...own, ...(attached as unknown as Policy[])].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Statements of every policy of a type, with the id of the policy. */
export function statementsOfType(template: Template, type: string): { id: string; statement: Statement }[] {
  return Object.entries(resourcesOf(template, type)).flatMap(([id, { Properties }]) =>
    (Properties as unknown as Policy).PolicyDocument.Statement.map((statement) => ({ id, statement })),
  );
}

export function resourcesOf(
  template: Template,
  type: string,
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape, and a test says which it expects.
): Record<string, { Properties: Record<string, any> }> {
  return template.findResources(type) as ReturnType<typeof resourcesOf>;
}
