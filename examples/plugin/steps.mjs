/**
 * A provider for an invented service: a person's walks and daily counts of steps, behind an API key.
 *
 * The program calls this function once and hands over everything it needs, so there is nothing to install.
 * docs/plugins.md walks through it. The line below gives an editor the types where oura-clockify is installed.
 *
 * @type {import('oura-clockify').ProviderFactory}
 */
export default function steps({
  z,
  values,
  item,
  fields,
  resource,
  windows,
  snapshot,
  byToken,
  single,
  sql,
  apiKey,
}) {
  const { number, text, date, instant, required } = fields;

  /** Keys of [plugins.steps]; `module` and `enabled` come by themselves. */
  const config = z.strictObject({
    api_key: values.secret().optional().describe('The key from the service’s settings.'),
    base_url: values.baseUrl().default('https://api.steps.example').describe('Where the data come from.'),
    start_date: values.date().default('2020-01-01').describe('Nothing before this day is read.'),
    page_size: values.wholeNumber(1, 100).default(50).describe('Records per page.'),
  });

  return {
    id: 'steps',
    title: 'Steps',
    marker: 'Steps',
    config,
    environment: { STEPS_API_KEY: 'api_key' },
    enabled: (own) => own.enabled,
    baseUrl: (own) => own.base_url,
    startDate: (own) => own.start_date,
    person: 'profile',
    concurrency: 2,
    explain: ({ status }) => (status === 402 ? 'The subscription has ended.' : undefined),
    auth: (own) =>
      apiKey({
        header: 'x-steps-key',
        key: own.api_key,
        configKey: 'api_key',
        setup: 'Copy the key from https://steps.example/settings',
      }),
    resources: [
      resource({
        name: 'profile',
        title: 'Whose account it is',
        cursor: snapshot(),
        ...item({ id: required(text('id of the person')), height_cm: number('centimetres') }),
        pages: ({ http }) => single(() => http.document('/v1/profile')),
        change: ({ id }) => ({ row: { id } }),
      }),
      resource({
        name: 'walks',
        title: 'Walks',
        cursor: windows({ sliceDays: 90, firstOfDay: 14, firstOfWeek: 60, probe: true }),
        ...item({
          id: required(text('id of the walk')),
          day: required(date('local date')),
          start: required(instant('start, with the offset of the place')),
          end: required(instant('end, with the offset of the place')),
          steps: number('count'),
          distance_m: number('metres'),
        }),
        pages: ({ http, config: own, span }) =>
          byToken(
            (cursor) =>
              http.page('/v1/walks', { from: span.from, to: span.to, limit: own.page_size, cursor }, 'walks'),
            (page) => page.envelope.next,
          ),
        change: ({ id, day, start, end }) => ({
          row: { id, day, startedAt: start, endedAt: end },
          session: {
            kind: 'workout',
            type: 'walk',
            day,
            start,
            end,
            asleepSeconds: null,
            efficiency: null,
          },
        }),
        document: (id) => `/v1/walks/${encodeURIComponent(id)}`,
        common: [{ view: 'workouts', columns: { distance_m: sql.payload('$.distance_m') } }],
      }),
    ],
  };
}
