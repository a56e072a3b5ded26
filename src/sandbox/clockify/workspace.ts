import type { SandboxReply } from '../server.ts';
import type { User, Workspace } from './model.ts';
import { contains, enumParameter, flagParameter, pageReply, parameter } from './query.ts';
import { accessDenied, notInPlan } from './refusals.ts';
import { type Call, type Route, type WorkspaceCall, workspaceRoute } from './router.ts';
import type { State } from './state.ts';

/** Settings that decide nothing here but stand in every reply. */
const OTHER_SETTINGS = {
  timeRoundingInReports: false,
  onlyAdminsSeeBillableRates: true,
  onlyAdminsSeeDashboard: false,
  round: { round: 'Round to nearest', minutes: '15' },
  projectFavorites: true,
  canSeeTimeSheet: false,
  canSeeTracker: true,
  projectPickerSpecialFilter: false,
  onlyAdminsSeeAllTimeEntries: false,
  onlyAdminsSeePublicProjectsEntries: false,
  trackTimeDownToSecond: true,
  projectGroupingLabel: 'client',
  projectLabel: 'project',
  taskLabel: 'task',
  adminOnlyPages: [],
  multiFactorEnabled: false,
  numberFormat: 'COMMA_PERIOD',
  currencyFormat: 'CURRENCY_SPACE_VALUE',
  durationFormat: 'COMPACT',
  activeBillableHours: true,
  workingDays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'],
};

const PAID_FEATURES = [
  'CUSTOM_FIELDS',
  'REQUIRED_FIELDS',
  'WORKSPACE_LOCK_TIMEENTRIES',
  'DISABLE_MANUAL_MODE',
];

function membership(state: State, workspaceId: string) {
  return {
    userId: state.user.id,
    hourlyRate: null,
    costRate: null,
    targetId: workspaceId,
    membershipType: 'WORKSPACE',
    membershipStatus: 'ACTIVE',
  };
}

function workspaceReply(state: State, workspace: Workspace) {
  const paid = state.plan === 'paid';
  return {
    id: workspace.id,
    name: workspace.name,
    hourlyRate: { amount: 0, currency: 'EUR' },
    costRate: null,
    memberships: [membership(state, workspace.id)],
    workspaceSettings: { ...OTHER_SETTINGS, ...workspace.settings },
    imageUrl: '',
    featureSubscriptionType: paid ? 'STANDARD_2021' : 'FREE',
    features: ['TIME_TRACKING', ...(paid ? PAID_FEATURES : [])],
    currencies: [{ id: '64a687e29ae1f428e7ebe3c1', code: 'EUR', isDefault: true }],
    subdomain: { name: null, enabled: false },
    cakeOrganizationId: null,
  };
}

function userSettings(state: State) {
  return {
    weekStart: 'MONDAY',
    timeZone: state.zone,
    timeFormat: 'HOUR24',
    dateFormat: 'DD/MM/YYYY',
    timeTrackingManual: true,
    summaryReportSettings: { group: 'Project', subgroup: 'Time Entry' },
    dashboardSelection: 'ME',
    dashboardViewType: 'PROJECT',
    projectListCollapse: 50,
    myStartOfDay: '09:00',
    lang: state.language.toUpperCase(),
    theme: 'DEFAULT',
  };
}

function userReply(state: State, memberships: boolean) {
  const ids = [...state.workspaces.keys()];
  return {
    ...state.user,
    memberships: memberships ? ids.map((id) => membership(state, id)) : [],
    profilePicture: 'https://img.clockify.me/no-user-image.png',
    activeWorkspace: ids[0],
    defaultWorkspace: ids[0],
    settings: userSettings(state),
    status: 'ACTIVE',
    customFields: [],
  };
}

function user({ state, request }: Call): SandboxReply {
  return { status: 200, body: userReply(state, flagParameter(request, 'include-memberships') === true) };
}

const ROLES = ['WORKSPACE_ADMIN', 'OWNER', 'TEAM_MANAGER', 'PROJECT_MANAGER'];

/** Not paginated. */
function list({ state, request }: Call): SandboxReply {
  const role = enumParameter(request, 'roles', ROLES);
  const held = role === undefined || (state.admin && role === 'WORKSPACE_ADMIN');
  const all = [...state.workspaces.values()].map((workspace) => workspaceReply(state, workspace));
  return { status: 200, body: held ? all : [] };
}

function get({ state, workspace }: WorkspaceCall): SandboxReply {
  return { status: 200, body: workspaceReply(state, workspace) };
}

/** Here the settings of a user may be null. */
function users({ state, request }: WorkspaceCall): SandboxReply {
  const name = parameter(request, 'name') ?? '';
  const email = parameter(request, 'email') ?? '';
  if (state.hidesUsers && !state.admin) throw accessDenied();
  const fits = (one: User) => contains(one.name, name) && contains(one.email, email);
  const found = [state.user, ...state.colleagues].filter(fits);
  return pageReply(
    request,
    found.map((one) => ({ ...userReply(state, false), ...one, settings: null })),
  );
}

/** Ignores paging. */
function customFields({ state, workspace }: WorkspaceCall): SandboxReply {
  if (state.plan === 'free') throw notInPlan();
  const fields = [...workspace.customFields.values()];
  const shown = { description: '', entityType: 'TIMEENTRY', onlyAdminCanEdit: false, required: false };
  const body = fields.map((field) => ({
    ...field,
    ...shown,
    workspaceId: workspace.id,
    status: 'VISIBLE',
    allowedValues: [],
    projectDefaultValues: [],
  }));
  return { status: 200, body };
}

export const workspaceRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/v1/user', handle: user },
  { method: 'GET', pattern: '/v1/workspaces', handle: list },
  workspaceRoute('GET', '', get),
  workspaceRoute('GET', '/users', users),
  workspaceRoute('GET', '/custom-fields', customFields),
];
