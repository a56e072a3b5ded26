import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  baseUrl,
  dateOr,
  days,
  duration,
  list,
  oneOf,
  secret,
  text,
  url,
  wholeNumber,
  wordList,
  yesNo,
} from '../../src/core/config/values.ts';
import { type Config, type LoadOptions, loadConfig, type Section } from '../../src/core/config.ts';
import { UsageError } from '../../src/core/errors.ts';

/** An invented source of records, with every kind of value. */
export const ring: Section = {
  id: 'ring',
  schema: z.strictObject({
    enabled: yesNo().default(false).describe('Whether to read it.'),
    client_id: text().optional().describe('From the service.'),
    client_secret: secret().optional().describe('From the service, never printed.'),
    redirect_uri: url().default('http://localhost:8484/callback').describe('As registered.'),
    base_url: baseUrl().default('https://api.ring.example').describe('Where the service answers.'),
    start_date: dateOr('all').default('2010-01-01').describe('First day.'),
    overlap_days: days(0, 365).default(7).describe('Days read again.'),
    poll: duration('1s', '1h').prefault('90s').describe('Pause.'),
    scopes: wordList().default(['daily']).describe('What to ask for.'),
    kinds: list(oneOf('long', 'short')).default(['long']).describe('Which ones.'),
    types: list(wholeNumber(1, 99)).optional().describe('Type numbers.'),
  }),
  environment: { RING_CLIENT_ID: 'client_id', RING_SECRET: 'client_secret', REDIRECT_URI: 'redirect_uri' },
  ignoredEnvironment: { RING_DELAY: 'requests are paced by the service’s own answers' },
};

/** An invented destination; its base URL is completed and it is enabled by its key. */
export const book: Section<{ enabled?: boolean; api_key?: string; base_url: string }> = {
  id: 'book',
  schema: z.strictObject({
    enabled: yesNo().optional().describe('Whether to write to it.'),
    api_key: secret().optional().describe('Key.'),
    base_url: baseUrl().default('https://book.example/v1').describe('Where it answers.'),
  }),
  environment: { BOOK_KEY: 'api_key', BOOK_TOKEN: 'api_key' },
  normalise: (values) => ({
    ...values,
    enabled: values.enabled ?? values.api_key !== undefined,
    base_url: values.base_url.endsWith('/v1') ? values.base_url : `${values.base_url}/v1`,
  }),
};

export interface Place {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  load(options?: Partial<LoadOptions>): Config;
  /** The message of the UsageError that loading must end in. */
  refusal(options?: Partial<LoadOptions>): string;
}

/** A temporary folder that is the working directory, with a home folder inside. */
export function place(config?: string | Uint8Array): Place {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
    return path(name);
  };
  if (config !== undefined) write('health-sync.toml', config);
  const load = (options: Partial<LoadOptions> = {}) =>
    loadConfig({ sections: [ring, book], env: {}, cwd: folder, home: path('home'), ...options });
  return { folder, path, write, load, refusal: (options) => refusalOf(() => load(options)) };
}

export function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (/[\n\r]/.test(error.message)) throw new Error('the message has more than one line', { cause: error });
    return error.message;
  }
  throw new Error('nothing was refused');
}
