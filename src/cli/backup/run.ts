import { existsSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';
import { runHint } from '../../program.ts';
import { type Saved, writeBackup } from '../../store/backup.ts';
import { Store } from '../../store/store.ts';
import type { BackupFlags } from '../commands/backup.ts';
import type { Context } from '../context.ts';
import { backupTarget } from './target.ts';

export async function runBackup(
  context: Context,
  file: string | undefined,
  flags: BackupFlags,
): Promise<void> {
  const { db } = (await context.config()).app;
  if (!Store.exists(db)) {
    throw new UsageError(`there is no database at ${db}, so there is nothing to save`, {
      hint: `${runHint('config show')} to see where it is looked for.`,
    });
  }
  const target = await backupTarget(context, file, flags.force === true);
  const replaced = existsSync(target);
  const saved = await save(context, target);
  const { records, bytes, mended } = saved;
  context.terminal.result(
    { database: db, file: target, records, bytes, replaced, mended },
    backupLines(target, saved).join('\n'),
  );
}

/** Writes the backup of the configured database. Throws LockedError, StoreError. */
export async function save(context: Context, target: string): Promise<Saved> {
  const { path } = await context.store();
  const { clock, signal } = context;
  const shown = await spinner(context, `saving to ${target}`);
  try {
    return await writeBackup({ database: path, target, now: clock.now(), signal, onProgress: shown.update });
  } finally {
    shown.stop();
  }
}

export function backupLines(target: string, { records, bytes, mended }: Saved): string[] {
  const count = records.toLocaleString('en');
  return [
    `Saved ${count} records to ${target} (${sizeOf(bytes)}), without the sign-ins.`,
    ...(mended ? ['An index of the database is damaged; that of the backup was made anew.'] : []),
  ];
}

export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Copying tells how far it is; checking, after it, does not. */
async function spinner({ terminal }: Context, text: string) {
  if (!terminal.isLive) return { update: () => {}, stop: () => {} };
  const { default: ora } = await import('ora');
  const shown = ora({ stream: process.stderr, text }).start();
  return {
    update: (part: number) => {
      shown.text = `${text}: ${Math.floor(part * 100)} % copied`;
    },
    stop: () => shown.stop(),
  };
}
