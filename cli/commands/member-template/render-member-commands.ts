import { quoteForShell } from '../../../lambda/alerts/escape.ts';
import type { WatchedAccounts } from '../../../lambda/contract/settings-schema.ts';

export const memberFiles = { role: 'portwatch-member-role.json', events: 'portwatch-member-events.json' } as const;

export interface MemberDeployment {
  folder: string;
  accounts: WatchedAccounts;
  /** The region of the monitor: the StackSets and the roles are created there. */
  region: string;
  /** The regions whose events are forwarded. `null`: the commands read these regions from the variable REGIONS. */
  regions: readonly string[] | null;
  hasEvents: boolean;
}

const capability = '--capabilities CAPABILITY_NAMED_IAM';

/** Renders a shell script that ends at the first command that fails. With a list of accounts, a person runs the script in each account. */
export function renderMemberCommands(deployment: MemberDeployment): string {
  const { folder, accounts, regions, hasEvents } = deployment;
  const chooseRegions =
    regions === null
      ? ': "$' + '{REGIONS:?is not set: the regions whose events are forwarded, separated by spaces}"'
      : `REGIONS=${quoteForShell(regions.join(' '))}`;
  return [
    `cd ${quoteForShell(folder)}`,
    ...(hasEvents ? [chooseRegions] : []),
    ...('organization' in accounts ? renderStackSets(accounts, deployment) : renderStacks(deployment)),
  ].join(' &&\n');
}

/** Renders the commands for one StackSet for each template. Accounts that join the organisation get the stacks automatically. */
function renderStackSets(
  { units, except }: Exclude<WatchedAccounts, readonly string[]>,
  { region, hasEvents }: MemberDeployment,
): string[] {
  const ids = units === undefined ? '"$ROOT"' : units.join(',');
  const targets = except === undefined ? ids : `${ids},AccountFilterType=DIFFERENCE,Accounts=${except.join(',')}`;
  const create = (name: string, file: string, more: string) =>
    `aws cloudformation create-stack-set --region ${region} --stack-set-name ${name} --template-body file://${file} ` +
    `--permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false${more}`;
  const fill = (name: string, regions: string) =>
    `aws cloudformation create-stack-instances --region ${region} --stack-set-name ${name} ` +
    `--deployment-targets OrganizationalUnitIds=${targets} --regions ${regions} ` +
    '--operation-preferences FailureTolerancePercentage=100,MaxConcurrentPercentage=100';
  return [
    ...(units === undefined ? ["ROOT=$(aws organizations list-roots --query 'Roots[0].Id' --output text)"] : []),
    create('PortwatchMemberRole', memberFiles.role, ` ${capability}`),
    fill('PortwatchMemberRole', region),
    ...(hasEvents
      ? [create('PortwatchMemberEvents', memberFiles.events, ''), fill('PortwatchMemberEvents', '$REGIONS')]
      : []),
  ];
}

/** Renders the commands for one account that gets its stacks without a StackSet: an account that the configuration lists. */
function renderStacks({ region, hasEvents }: Pick<MemberDeployment, 'region' | 'hasEvents'>): string[] {
  const deploy = (where: string, name: string, file: string, more: string) =>
    `aws cloudformation deploy --region ${where} --stack-name ${name} --template-file ${file} --no-fail-on-empty-changeset${more}`;
  return [
    deploy(region, 'PortwatchMemberRole', memberFiles.role, ` ${capability}`),
    ...(hasEvents
      ? [
          `for each in $REGIONS; do ${deploy('"$each"', 'PortwatchMemberEvents', memberFiles.events, '')} || exit 1; done`,
        ]
      : []),
  ];
}
