/** What the package offers to code: see docs/library.md. Nothing here reads the environment, prints or exits. */
export type { Auth } from './core/auth.ts';
export type { Clock } from './core/clock.ts';
export {
  AuthError,
  ContractError,
  InterruptedError,
  LockedError,
  type Outcome,
  PartialError,
  ProgramError,
  StoreError,
  TemporaryError,
  UsageError,
} from './core/errors.ts';
export type {
  AnyProvider,
  Change,
  Provider,
  RawItem,
  Read,
  Resource,
  Row,
  Session,
} from './core/provider.ts';
export {
  type EntryCounts,
  type PlannedEntry,
  type PushedEntries,
  type PushOptions,
  type PushReport,
  push,
} from './library/push.ts';
export type { DateRange } from './library/range.ts';
export type { RowOptions } from './library/select.ts';
export {
  type HealthStore,
  type OpenStoreOptions,
  openStore,
  type Value,
  type ViewRow,
} from './library/store.ts';
export {
  type RecordCounts,
  type Synced,
  type SyncedResource,
  type SyncOptions,
  type SyncProgress,
  sync,
} from './library/sync.ts';
export { defineProvider, type ProviderFactory, type Toolkit, toolkit } from './plugins/toolkit.ts';
export { providers } from './providers/index.ts';
