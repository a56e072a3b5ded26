import { flag, instant, item, json, nested, number, required, text } from '../../core/fields.ts';
import type { Column } from '../../core/provider.ts';

/**
 * The fields of Clockify's collections, as its API document v1 lists them and live replies show them: a value that is
 * absent is null. Instants are UTC in whole seconds, durations ISO 8601, amounts hundredths of the currency.
 */
const id = required(text("Clockify's id"));
const name = text('name');
const workspaceId = text('id in workspaces');
const projectId = text('id in projects; null without one');
const archived = flag('1 when it is archived');
const rate = (about: string) =>
  nested({ amount: number(`${about}, hundredths of the currency`), currency: text('of the rate') });

export const user = item({
  id,
  name,
  email: text('e-mail'),
  status: text('ACTIVE, PENDING_EMAIL_VERIFICATION, …: an open list'),
  activeWorkspace: text('id of the workspace the person looks at'),
  defaultWorkspace: text('id of the workspace the person begins with'),
  profilePicture: text('address of an image'),
  memberships: json('workspaces and projects the person belongs to (JSON); empty unless asked for'),
  customFields: json('values of the workspace’s own fields for people (JSON)'),
  settings: nested({
    timeZone: text('IANA zone of the profile'),
    weekStart: text('day on which a week begins'),
    timeFormat: text('HOUR12 or HOUR24'),
    dateFormat: text('e.g. DD/MM/YYYY'),
    myStartOfDay: text('HH:MM'),
    lang: text('language of the profile and of messages'),
  }),
});

export const workspaces = item({
  id,
  name,
  featureSubscriptionType: text('the plan: FREE, STANDARD_2021, …'),
  features: json('what the plan holds (JSON)'),
  hourlyRate: rate('usual rate'),
  costRate: rate('usual cost'),
  currencies: json('currencies, one of them the default (JSON)'),
  memberships: json('who belongs to it (JSON)'),
  workspaceSettings: json('rules of the workspace: what an entry needs, locks, roundings (JSON)'),
  subdomain: json('its own address, where it has one (JSON)'),
  cakeOrganizationId: text('id of the organisation it belongs to'),
  imageUrl: text('address of an image'),
});

export const projects = item({
  id,
  name,
  workspaceId,
  clientId: text("id of the project's client; empty without one"),
  clientName: text("the client's name; empty without one"),
  color: text('#RRGGBB'),
  note: text('free text'),
  archived,
  billable: flag('whether its entries are billable unless said otherwise'),
  public: flag('whether everybody in the workspace sees it'),
  template: flag('1 for a template'),
  duration: text('time booked, ISO 8601'),
  hourlyRate: rate('rate'),
  costRate: rate('cost'),
  estimate: json('estimated time, the older form (JSON)'),
  timeEstimate: json('estimated time (JSON)'),
  budgetEstimate: json('budget (JSON)'),
  memberships: json('who works on it (JSON)'),
});

export const tags = item({ id, name, workspaceId, archived });

export const tasks = item({
  id,
  name,
  projectId: text('id in projects'),
  status: text('ACTIVE or DONE'),
  billable: flag('whether its entries are billable'),
  duration: text('time booked, ISO 8601'),
  estimate: text('estimated time, ISO 8601'),
  budgetEstimate: number('budget, hundredths of the currency'),
  hourlyRate: rate('rate'),
  costRate: rate('cost'),
  assigneeId: text('id in users, the older form'),
  assigneeIds: json('ids of who is to do it (JSON)'),
  userGroupIds: json('ids of groups who are to do it (JSON)'),
});

const entry = item({
  id,
  description: text('what the person wrote'),
  projectId,
  taskId: text('id in tasks; null without one'),
  tagIds: json('ids in tags (JSON); null without one'),
  userId: text('whose entry it is'),
  workspaceId,
  timeInterval: required(
    nested({
      start: required(instant('UTC')),
      end: instant('UTC; null while the timer runs'),
      duration: text('ISO 8601; null while the timer runs'),
    }),
  ),
  billable: flag('1 when it is billable'),
  type: text('REGULAR, BREAK, HOLIDAY, TIME_OFF'),
  isLocked: flag('1 when it cannot be changed any more'),
  customFieldValues: json("values of the workspace's own fields (JSON)"),
  kioskId: text('the kiosk it was made at'),
  hourlyRate: rate('rate'),
  costRate: rate('cost'),
});

/** What everybody asks of an entry first. */
const plain: readonly Column[] = [
  { name: 'day', path: '$', about: 'local date of its start, in the zone of app.timezone', sql: 'i.day' },
  {
    name: 'seconds',
    path: '$',
    about: 'length, seconds; null while the timer runs',
    sql: '(i.ended_at - i.started_at) / 1000',
  },
];

export const timeEntries = { schema: entry.schema, columns: [...plain, ...entry.columns] };
