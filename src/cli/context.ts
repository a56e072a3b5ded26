import { homedir, userInfo } from 'node:os';
import type { Keeper } from '../auth/keeper.ts';
import { type Clock, clockStartingAt, leapingClock, systemClock } from '../core/clock.ts';
import type { Surroundings } from '../core/config/places.ts';
import { printable } from '../core/config/suggestions.ts';
import type { Config } from '../core/config.ts';
import { TemporaryError, UsageError } from '../core/errors.ts';
import type { AnyProvider, Auth, OAuth2 } from '../core/provider.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import type { Client } from '../http/client.ts';
import type { Wire } from '../http/wire.ts';
import type { Plugin } from '../plugins/load.ts';
import { runHint } from '../program.ts';
import type { SourceOptions } from '../source.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

export interface GlobalOptions {
  readonly config?: string;
  readonly db?: string;
  readonly account: string;
  /** Whether the account was named, rather than taken for the usual one. */
  readonly accountGiven?: boolean;
}

/** What commands work with. Everything is loaded and opened on first use, and closed at the end. */
export class Context {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  globals: GlobalOptions = { account: 'default' };
  #config: Promise<Config> | undefined;
  #plugins: Promise<readonly Plugin[]> | undefined;
  #store: Promise<Store> | undefined;
  #wire: Promise<Wire> | undefined;
  readonly #keepers = new Map<string, Keeper>();
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
    const [{ loadConfig }, { sections }, { originsOf }, plugins] = await Promise.all([
      import('../core/config.ts'),
      import('./sections.ts'),
      import('./origins.ts'),
      this.plugins(),
    ]);
    const config = loadConfig({
      sections: sections(plugins.map(({ section }) => section)),
      ...this.#surroundings(),
      configFlag: this.globals.config,
      dbFlag: this.globals.db,
    });
    if (plugins.length > 0) {
      const { settle } = await import('../plugins/guard.ts');
      for (const { provider } of plugins) settle(provider, config.section(provider.id));
    }
    if (config.section<ClockifyConfig>('clockify').rules.length > 0) {
      const { refuseUnknownSources } = await import('./rules.ts');
      refuseUnknownSources(config, await this.providers());
    }
    for (const note of config.notes) this.terminal.detail(note);
    if (this.terminal.manner.debug) this.terminal.say(`Settings: ${originsOf(config)}`);
    return config;
  }

  /** Forgets what was read, after a command has written the file. */
  reloadConfig(): void {
    this.#config = undefined;
    this.#plugins = undefined;
  }

  #surroundings(): Surroundings {
    return this.#around ?? { env: process.env, cwd: process.cwd(), home: homeFolder() };
  }

  /** Providers that the configuration file names. Throws UsageError naming the one that cannot be used. */
  plugins(): Promise<readonly Plugin[]> {
    this.#plugins ??= this.#loadPlugins();
    return this.#plugins;
  }

  async #loadPlugins(): Promise<readonly Plugin[]> {
    const { namedPlugins } = await import('../core/config/plugins.ts');
    const named = namedPlugins(this.#surroundings(), this.globals.config);
    if (named.length === 0) return [];
    const [{ loadPlugins }, { declaredViews, typedViews }, { providers }, { SOURCE }] = await Promise.all([
      import('../plugins/load.ts'),
      import('./sections.ts'),
      import('../providers/index.ts'),
      import('../destinations/clockify/name.ts'),
    ]);
    const views = declaredViews().map(({ name }) => name);
    return loadPlugins(named, { providers, names: [SOURCE], views }, typedViews);
  }

  /** Every service that can be read: what is built in, then the plugins. */
  async providers(): Promise<readonly AnyProvider[]> {
    const [{ providers }, plugins] = await Promise.all([import('../providers/index.ts'), this.plugins()]);
    return [...providers, ...plugins.map(({ provider }) => provider)];
  }

  /** Throws UsageError listing the places where a configuration was looked for. */
  async requireConfig(): Promise<Config> {
    const config = await this.config();
    if (config.file !== undefined) return config;
    const chosen = config
      .entries()
      .some(({ origin, section }) => section !== 'app' && origin.kind !== 'default');
    if (chosen) return config;
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
    const [config, { Store }, { openTrying }, { declaredViews }, plugins] = await Promise.all([
      this.config(),
      import('../store/store.ts'),
      import('../plugins/views.ts'),
      import('./sections.ts'),
      this.plugins(),
    ]);
    const own = plugins.map(({ provider }) => provider);
    const views = declaredViews(own);
    const ids = own.map(({ id }) => id);
    return openTrying(views, ids, () => new Store(config.app.db, views));
  }

  wire(): Promise<Wire> {
    this.#wire ??= Promise.all([import('../http/wire.ts'), import('../source.ts')]).then(
      ([{ Wire }, { EXCHANGE_DEADLINE }]) => new Wire({ deadline: EXCHANGE_DEADLINE, connections: 4 }),
    );
    return this.#wire;
  }

  /** `others`: what else the command takes. Throws UsageError listing all of them. */
  async provider(id: string, others: readonly string[] = []): Promise<AnyProvider> {
    const found = (await this.providers()).find((provider) => provider.id === id);
    if (found !== undefined) return found;
    const [{ providers }, plugins] = await Promise.all([import('../providers/index.ts'), this.plugins()]);
    const builtIn = [...new Set([...providers.map((one) => one.id), ...others])].join(', ');
    const own = plugins.map(({ provider }) => provider.id).join(', ');
    const names = own === '' ? builtIn : `${builtIn}; plugins: ${own}`;
    throw new UsageError(`there is no provider "${printable(id)}"; built in: ${names}`, {
      hint: runHint('providers'),
    });
  }

  /** The sign-in, with what of the configuration this account may use. */
  async auth(provider: AnyProvider): Promise<Auth> {
    const [{ authFor }, config] = await Promise.all([import('../auth/account.ts'), this.config()]);
    return authFor(provider.auth(config.section(provider.id)), this.globals.account);
  }

  /** For what only exists where a browser is sent off. */
  async oauth(provider: AnyProvider): Promise<OAuth2> {
    const auth = await this.auth(provider);
    if (auth.kind === 'oauth2') return auth;
    throw new UsageError(`${provider.id}: there is no sign-in with a browser`, { source: provider.id });
  }

  /** One for each provider, which obeys the first caller's signal; default: the person's. */
  async keeper(provider: AnyProvider, signal?: AbortSignal): Promise<Keeper> {
    const known = this.#keepers.get(provider.id);
    if (known !== undefined) return known;
    const [{ openKeeper }, source] = await Promise.all([
      import('../source.ts'),
      this.#source(provider, signal),
    ]);
    const keeper = openKeeper(source);
    this.#keepers.set(provider.id, keeper);
    return keeper;
  }

  async #source(provider: AnyProvider, signal = this.signal): Promise<SourceOptions> {
    const [store, wire, config] = await Promise.all([this.store(), this.wire(), this.config()]);
    const { account } = this.globals;
    return { provider, config: config.section(provider.id), account, store, wire, clock: this.clock, signal };
  }

  /** Reads from a provider with its tokens. `signal`: ends with the run. */
  async client(provider: AnyProvider, options: { wait: boolean; signal?: AbortSignal }): Promise<Client> {
    const [{ openClient }, source, authorizer] = await Promise.all([
      import('../source.ts'),
      this.#source(provider, options.signal),
      this.keeper(provider, options.signal),
    ]);
    return openClient(source, authorizer, options.wait);
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

/** Tests move the clock: an ISO instant that the program takes for the moment it starts, and how it goes on from there. */
function startClock(setting: string | undefined): Clock {
  if (setting === undefined || setting === '') return systemClock;
  const [instant, leaping] = setting.split(/ (?=leaping$)/) as [string, string?];
  const start = Date.parse(instant);
  if (Number.isNaN(start))
    throw new UsageError('HEALTH_SYNC_CLOCK must be an instant such as 2026-01-31T04:00:00Z');
  return leaping === undefined ? clockStartingAt(start) : leapingClock(start);
}

/** $HOME, or what the password database says: cron's environment may lack it. */
function homeFolder(): string | undefined {
  try {
    return process.env.HOME || userInfo().homedir || homedir();
  } catch {
    return undefined;
  }
}
