import { providers } from '../../src/providers/index.ts';
import type { AnySubject } from './rounds.ts';

/** How often a subject is played, of the numbers on the command line. */
export interface Share {
  readonly name: string;
  readonly of: 'replies' | 'callbacks';
  readonly share: number;
  /** Loaded and made when its turn comes: some need a service with records first. */
  readonly make: () => Promise<AnySubject>;
}

/** A push sends a dozen requests, and is looked at twice. */
const WRITES = 0.03;
/** A token endpoint's replies have few parts. */
const RENEWALS = 0.07;
const EACH = (1 - WRITES - RENEWALS) / providers.length;
/** A command opens the database and more. */
const COMMANDS = 0.05;

export const SUBJECTS: readonly Share[] = [
  ...providers.map((provider) => ({
    name: provider.id,
    of: 'replies' as const,
    share: EACH,
    make: async () => (await import('./replies/source.ts')).replies(provider),
  })),
  {
    name: 'writes',
    of: 'replies',
    share: WRITES,
    make: async () => (await import('./replies/destination.ts')).writes(),
  },
  {
    name: 'renewals',
    of: 'replies',
    share: RENEWALS,
    make: async () => (await import('./renewals.ts')).renewals(),
  },
  {
    name: 'callbacks',
    of: 'callbacks',
    share: 1,
    make: async () => (await import('./callbacks.ts')).callbacks(),
  },
  { name: 'pastes', of: 'callbacks', share: 1, make: async () => (await import('./pastes.ts')).pastes() },
  { name: 'configs', of: 'callbacks', share: 1, make: async () => (await import('./configs.ts')).configs() },
  {
    name: 'environment',
    of: 'callbacks',
    share: 1,
    make: async () => (await import('./environment.ts')).environment(),
  },
  {
    name: 'commands',
    of: 'callbacks',
    share: COMMANDS,
    make: async () => (await import('./commands.ts')).commands(),
  },
];
