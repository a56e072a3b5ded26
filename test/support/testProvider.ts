import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AnyProvider } from '../../src/core/provider.ts';
import { answer, rewrite, truncate } from '../../src/sandbox/faults.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import type { LoggedRequest } from '../../src/sandbox/server.ts';
import type { OpenApi } from './openapi.ts';
import { DAY, HOUR, MORNING, Subject } from './subject.ts';

/** One record, by the resource it belongs to and its id in the store. */
export interface Known {
  readonly resource: string;
  readonly id: string;
}

/** How one listing is told apart on the wire. */
export interface OnTheWire {
  readonly resource: string;
  readonly path: RegExp;
  /** For services that tell their calls apart by the body. */
  readonly body?: RegExp;
}

/** What a service's imitation can be made to do, so that the one suite can be run on it. */
export interface Simulation<S extends Imitation> {
  readonly provider: AnyProvider;
  readonly start: (options: { now: () => number }) => Promise<S>;
  /** More keys of the section; small pages, so that there are several. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Ids that the store must hold after the first run, by resource; every resource that is read is named. */
  readonly everything: (service: S) => Readonly<Record<string, readonly string[]>>;
  /** Requests of a second run right after the first, for data; token endpoints left out. */
  readonly secondRun: (requests: readonly LoggedRequest[]) => void;
  /** Changes a record at the service in a way that it shows; answers which one and a text its payload then holds. */
  readonly edit: (service: S) => Known & { readonly shows: string };
  /** Adds a record that belongs to a day long read, within what a plain run can see. */
  readonly late?: (service: S) => Known;
  /** Removes a record; undefined where the service shows no deletions at all. */
  readonly remove?: (service: S) => Known;
  /** A listing of several pages whose second page breaks. */
  readonly paged: OnTheWire;
  /** Gives a stored record a field nobody has heard of. */
  readonly unknownField: (service: S, field: string, value: string) => Known;
  /** A listing whose envelope turns out to be something else. */
  readonly broken: OnTheWire;
  /** Where tokens are traded; undefined for keys that are never renewed. */
  readonly tokenPath?: RegExp;
  /** The bearer of a request, as the store has it. */
  readonly limit: {
    /** From now on the service refuses with its own kind of 429. */
    readonly refuse: (service: S) => void;
    /** It would answer again; undefined: it does when the time has come. */
    readonly allow?: (service: S) => void;
    /** When a later run may ask again, in milliseconds after the refusal. */
    readonly closedFor: number;
  };
  /** Each documented error with its own message and exit code. */
  readonly errors: readonly DocumentedError<S>[];
  /** The published document, where there is one and it is at hand. */
  readonly document?: OpenApi | undefined;
}

export interface DocumentedError<S> {
  readonly name: string;
  readonly make: (service: S) => void;
  readonly exit: number;
  /** Must stand on stderr. */
  readonly says: RegExp;
}

/** The one suite that every provider passes, with the real program against the service's imitation. */
export function testProvider<S extends Imitation>(simulation: Simulation<S>): void {
  const { provider } = simulation;
  const start = () =>
    Subject.start({ id: provider.id, start: simulation.start, config: { ...simulation.config } });
  const subject = async () => {
    const made = await start();
    onTestFinished(() => made.end());
    return made;
  };
  const isToken = ({ path }: LoggedRequest) => simulation.tokenPath?.test(path) === true;

  // One person, whose runs follow each other as the tests do; each test begins with everything read and nothing wrong.
  describe(`the contract of a provider, run after run: ${provider.title}`, () => {
    let one: Subject<S>;
    let first: Awaited<ReturnType<Subject<S>['sync']>>;
    beforeAll(async () => {
      one = await start();
      first = await one.sync();
    });
    afterEach(() => {
      one.service.faults.clear();
      one.service.requests.length = 0;
    });
    afterAll(() => one.end());

    test('all pages of everything arrive, exactly once', () => {
      const { code, stderr, sources } = first;
      expect([code, stderr]).toEqual([0, expect.anything()]);
      const expected = simulation.everything(one.service);
      expect(sources.map(({ source }: { source: string }) => source.split('.')[1]).sort()).toEqual(
        Object.keys(expected).sort(),
      );
      for (const [resource, ids] of Object.entries(expected))
        expect([resource, one.live(resource)]).toEqual([resource, [...ids].sort()]);
      conforms(one.service.requests);
    });

    test('a second run asks for the overlap alone and changes nothing', async () => {
      one.service.requests.length = 0;
      const { code, totals } = await one.sync();
      expect(code).toBe(0);
      expect(totals.records).toMatchObject({ created: 0, updated: 0, deleted: 0, rejected: 0 });
      simulation.secondRun(one.service.requests.filter((request) => !isToken(request)));
      conforms(one.service.requests);
    });

    test('a rate limit is obeyed by this run and by later ones', async () => {
      const { refuse, allow, closedFor } = simulation.limit;
      one.time.now += HOUR;
      refuse(one.service);
      const refused = await one.sync();
      expect([refused.code, refused.outcome]).toEqual([4, 'TEMP']);
      one.service.requests.length = 0;
      one.time.now += Math.max(0, closedFor - 120_000);
      expect((await one.sync()).code).toBe(4);
      expect(one.service.requests).toEqual([]);
      allow?.(one.service);
      one.time.now += 180_000;
      expect((await one.sync()).code).toBe(0);
    });

    test.runIf(simulation.tokenPath)(
      'an expired token is renewed once, and the new pair is on disk before it is used',
      async () => {
        one.time.now += HOUR;
        one.service.requests.length = 0;
        one.service.expireTokens();
        const before = tokensOf(one);
        const seen = new Set<string>();
        one.service.faults.watch(({ headers }) => {
          const bearer = headers.authorization?.replace(/^Bearer /, '');
          if (bearer !== undefined && !bearer.startsWith('Basic') && bearer !== before.access_token)
            seen.add(tokensOf(one).access_token === bearer ? 'on disk first' : 'not on disk');
        });
        expect((await one.sync()).code).toBe(0);
        expect(
          one.service.requests.filter(
            (request) => isToken(request) && request.method === 'POST' && request.status === 200,
          ),
        ).toHaveLength(1);
        expect(tokensOf(one).access_token).not.toBe(before.access_token);
        expect([...seen]).toEqual(['on disk first']);
      },
    );

    test('an edited record replaces the stored one and is not doubled', async () => {
      one.time.now += HOUR;
      const { resource, id, shows } = simulation.edit(one.service);
      const before = one.live(resource);
      const { totals } = await one.sync();
      expect(totals.records.updated).toBeGreaterThan(0);
      expect(one.payload(resource, id)).toContain(shows);
      expect(one.live(resource)).toEqual(before);
    });

    test('fields that nobody has heard of survive', async () => {
      one.time.now += HOUR;
      const { resource, id } = simulation.unknownField(one.service, 'field_of_tomorrow', 'kept as it is');
      await one.sync('--full');
      expect(JSON.parse(one.payload(resource, id) ?? '{}')).toMatchObject({
        field_of_tomorrow: 'kept as it is',
      });
    });

    test('a server that fails now is a matter for the next run, and nothing is lost', async () => {
      const before = one.live(simulation.paged.resource);
      one.time.now += HOUR;
      one.service.faults.add({ path: /./ }, answer(503, 'sorry'), 9_999);
      // One resource alone: each pauses between its tries.
      expect((await one.sync('--resources', simulation.paged.resource)).code).toBe(4);
      expect(one.live(simulation.paged.resource)).toEqual(before);
    });

    test.runIf(simulation.late)('a record that comes late arrives', async () => {
      one.time.now += DAY;
      const { resource, id } = (simulation.late as (service: S) => Known)(one.service);
      expect((await one.sync()).code).toBe(0);
      expect(one.live(resource)).toContain(id);
    });

    test.runIf(simulation.remove)(
      'a record that was deleted there becomes a tombstone that keeps its content',
      async () => {
        const { resource, id } = (simulation.remove as (service: S) => Known)(one.service);
        const content = one.payload(resource, id);
        // A week later even what is listed whole but seldom has been seen twice.
        for (const later of [7 * DAY, 7 * HOUR]) {
          one.time.now += later;
          one.configure();
          await one.sync('--full');
        }
        expect(one.live(resource)).not.toContain(id);
        expect(content).toBeDefined();
        expect(one.payload(resource, id)).toBe(content);
      },
    );
  });

  describe(`the contract of a provider, on the first day: ${provider.title}`, () => {
    test('a page that breaks leaves earlier pages stored and the mark still', async () => {
      const one = await subject();
      const { resource, path, body } = simulation.paged;
      one.service.faults.add({ path, ...(body && { body }), skip: 1 }, truncate, 99);
      const broken = await one.sync();
      expect(broken.code).not.toBe(0);
      expect(one.live(resource).length).toBeGreaterThan(0);
      expect(one.state(resource)).toMatchObject({ covered: [] });
      expect(one.state(resource).watermark).toBeUndefined();
      one.service.faults.clear();
      one.time.now += HOUR;
      expect((await one.sync()).code).toBe(0);
      expect(one.live(resource)).toEqual([...(simulation.everything(one.service)[resource] ?? [])].sort());
    });

    test('a reply of another shape stops only its own resource', async () => {
      const one = await subject();
      const { resource, path, body } = simulation.broken;
      one.service.faults.add(
        { path, ...(body && { body }) },
        rewrite(() => '{"surprise":[]}'),
        99,
      );
      const { code, sources } = await one.sync();
      const outcomes = Object.fromEntries(
        sources.map(({ source, outcome }: { source: string; outcome: string }) => [
          source.split('.')[1],
          outcome,
        ]),
      );
      expect([code, outcomes[resource]]).toEqual([5, 'CONTRACT']);
      const others = Object.entries(outcomes).filter(([name]) => name !== resource);
      expect(others.filter(([, outcome]) => outcome === 'OK').length).toBeGreaterThan(0);
      expect(others.filter(([, outcome]) => outcome === 'BUG')).toEqual([]);
      expect(one.live(resource)).toEqual([]);
    });

    test.each(simulation.errors.map((error) => [error.name, error] as const))(
      '%s is told in its own words',
      async (_name, error) => {
        const one = await subject();
        error.make(one.service);
        const { code, stderr } = await one.sync();
        expect([code, stderr]).toEqual([error.exit, expect.stringMatching(error.says)]);
      },
    );

    test.runIf(simulation.document)('every request was valid and every reply as published', () => {
      // Checked in the tests above, request by request; without the published document there is nothing to check by.
      expect(checked).toBeGreaterThan(0);
    });
  });

  let checked = 0;
  function conforms(requests: readonly LoggedRequest[]): void {
    const { document } = simulation;
    if (document === undefined) return;
    const problems = requests
      .filter((request) => !isToken(request))
      .flatMap((request) => {
        checked += 1;
        return [
          ...document.checkRequest(
            request.method,
            request.target,
            request.body === '' ? undefined : request.body,
          ),
          ...(request.status === 200
            ? document.checkReply(request.method, request.target, request.status, JSON.parse(request.reply))
            : []),
        ];
      });
    expect([...new Set(problems)]).toEqual([]);
  }
}

function tokensOf(one: { id: string; rows<T>(sql: string, ...values: unknown[]): T[] }) {
  const sql = 'SELECT access_token, refresh_token FROM oauth_tokens WHERE provider = ?';
  return (
    one.rows<{ access_token: string; refresh_token: string | null }>(sql, one.id)[0] ?? {
      access_token: '',
      refresh_token: null,
    }
  );
}

export { MORNING };
