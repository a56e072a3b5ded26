import { homedir, userInfo } from 'node:os';
import type { TokenKeeper } from '../auth/tokens.ts';
import { type Clock, clockStartingAt, systemClock } from '../core/clock.ts';
import type { Surroundings } from '../core/config/places.ts';
import { printable } from '../core/config/suggestions.ts';
import type { Config } from '../core/config.ts';
import { TemporaryError, UsageError } from '../core/errors.ts';
import type { AnyProvider, OAuth2 } from '../core/provider.ts';
import type { Client } from '../http/client.ts';
import type { Wire } from '../http/wire.ts';
import { runHint } from '../program.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

export interface GlobalOptions {
  readonly config?: string;
  readonly db?: string;
  readonly account: string;
}

/** One exchange may take this long (milliseconds): connecting, headers and body. */
const EXCHANGE_DEADLINE = 60_000;
/** A 429 of a source that does not say how long (milliseconds). */
const UNEXPLAINED = 300_000;

/** What commands work with. Everything is loaded and opened on first use, and closed at the end. */
export class Context {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  globals: GlobalOptions = { account: 'default' };
  #config: Promise<Config> | undefined;
  #store: Promise<Store> | undefined;
  #wire: Promise<Wire> | undefined;
  readonly #keepers = new Map<string, TokenKeeper>();
  readonly #around: Surroundings | undefined;

  /** `around`: what the configuration may see instead of this process's environment and folder. */
  constructor(terminal: Terminal, signal: AbortSignal, around?: Surroundings) {
    this.terminal = terminal;
    this.signal = signal;
    this.#around = around;
    this.clock = startClock(process.env.HEALTH_SYNC_CLOCK);
  }

  /** Throws UsageError naming file and key. */
  config(): Promise<Config> {
    this.#config ??= this.#loadConfig();
    return this.#config;
  }

  async #loadConfig(): Promise<Config> {
    const [{ loadConfig }, { sections }, { originsOf }] = await Promise.all([
      import('../core/config.ts'),
      import('./sections.ts'),
      import('./origins.ts'),
    ]);
    const config = loadConfig({
      sections: sections(),
      ...(this.#around ?? { env: process.env, cwd: process.cwd(), home: homeFolder() }),
      configFlag: this.globals.config,
      dbFlag: this.globals.db,
    });
    for (const note of config.notes) this.terminal.detail(note);
    if (this.terminal.manner.debug) this.terminal.say(`Settings: ${originsOf(config)}`);
    return config;
  }

  /** Forgets what was read, after a command has written the file. */
  reloadConfig(): void {
    this.#config = undefined;
  }

  /** Throws UsageError listing the places where a configuration was looked for. */
  async requireConfig(): Promise<Config> {
    const config = await this.config();
    const chosen = config
      .entries()
      .some(({ origin, section }) => section !== 'app' && origin.kind !== 'default');
    if (config.file !== undefined || chosen) return config;
    throw new UsageError(`no configuration found; looked for ${config.places.join(', ')}`, {
      hint: runHint('init'),
    });
  }

  /** Opens, creates or migrates the database. Throws StoreError. */
  store(): Promise<Store> {
    this.#store ??= this.#openStore();
    return this.#store;
  }

  async #openStore(): Promise<Store> {
    const [config, { Store }, { declaredViews }] = await Promise.all([
      this.config(),
      import('../store/store.ts'),
      import('./sections.ts'),
    ]);
    return new Store(config.app.db, declaredViews());
  }

  wire(): Promise<Wire> {
    this.#wire ??= import('../http/wire.ts').then(
      ({ Wire }) => new Wire({ deadline: EXCHANGE_DEADLINE, connections: 4 }),
    );
    return this.#wire;
  }

  /** `others`: what else the command takes. Throws UsageError listing all of them. */
  async provider(id: string, others: readonly string[] = []): Promise<AnyProvider> {
    const { providers } = await import('../providers/index.ts');
    const found = providers.find((provider) => provider.id === id);
    if (found !== undefined) return found;
    const names = [...providers.map((one) => one.id), ...others];
    throw new UsageError(`there is no provider "${printable(id)}"; built in: ${names.join(', ')}`, {
      hint: runHint('providers'),
    });
  }

  async oauth(provider: AnyProvider): Promise<OAuth2> {
    return provider.auth((await this.config()).section(provider.id));
  }

  async keeper(provider: AnyProvider): Promise<TokenKeeper> {
    const known = this.#keepers.get(provider.id);
    if (known !== undefined) return known;
    const [{ TokenKeeper }, store, wire, oauth] = await Promise.all([
      import('../auth/tokens.ts'),
      this.store(),
      this.wire(),
      this.oauth(provider),
    ]);
    const { account } = this.globals;
    const keeper = new TokenKeeper({
      providerId: provider.id,
      oauth,
      store: store.tokens(provider.id, account),
      lockPath: store.tokenLockPath(provider.id, account),
      wire,
      clock: this.clock,
      signal: this.signal,
    });
    this.#keepers.set(provider.id, keeper);
    return keeper;
  }

  /** Reads from a provider with its tokens. `signal`: ends with the run. */
  async client(provider: AnyProvider, options: { wait: boolean; signal?: AbortSignal }): Promise<Client> {
    const [{ Client }, { Gate }, store, wire, authorizer, config] = await Promise.all([
      import('../http/client.ts'),
      import('../http/gate.ts'),
      this.store(),
      this.wire(),
      this.keeper(provider),
      this.config(),
    ]);
    const section = config.section(provider.id);
    const gate = new Gate({
      scope: provider.id,
      windows: store.windows,
      clock: this.clock,
      limits: provider.limits?.(section) ?? { unexplained: UNEXPLAINED },
      waitForever: options.wait,
    });
    return new Client({
      source: provider.id,
      baseUrl: provider.baseUrl(section),
      headers: provider.headers,
      plainReply: provider.plainReply,
      reasonOf: provider.explain,
      wire,
      gate,
      authorizer,
      clock: this.clock,
      concurrency: provider.concurrency,
      signal: options.signal ?? this.signal,
    });
  }

  /** The person's signal and the run's own deadline in one; a run that is to sit out windows has no deadline. */
  async runSignal(options = { wait: false }): Promise<{ signal: AbortSignal; clear: () => void }> {
    if (options.wait) return { signal: this.signal, clear: () => {} };
    const { runDeadlineMs } = (await this.config()).app;
    const deadline = new AbortController();
    const reason = () =>
      new TemporaryError(`the run took longer than ${runDeadlineMs / 1000} s`, {
        hint: 'The next run goes on from here. app.run_deadline in the configuration sets the limit.',
      });
    const timer = setTimeout(() => deadline.abort(reason()), runDeadlineMs);
    return { signal: AbortSignal.any([this.signal, deadline.signal]), clear: () => clearTimeout(timer) };
  }

  async close(): Promise<void> {
    if (this.#wire !== undefined) await (await this.#wire).close();
    if (this.#store !== undefined) {
      const store = await this.#store.catch(() => undefined);
      store?.close();
    }
  }
}

/** Tests move the clock: an ISO instant that the program takes for the moment it starts. */
function startClock(instant: string | undefined): Clock {
  if (instant === undefined || instant === '') return systemClock;
  const start = Date.parse(instant);
  if (Number.isNaN(start))
    throw new UsageError('HEALTH_SYNC_CLOCK must be an instant such as 2026-01-31T04:00:00Z');
  return clockStartingAt(start);
}

/** $HOME, or what the password database says: cron's environment may lack it. */
function homeFolder(): string | undefined {
  try {
    return process.env.HOME || userInfo().homedir || homedir();
  } catch {
    return undefined;
  }
}
