import { UsageError } from '../../core/errors.ts';
import { runHint } from '../../program.ts';
import type { PurgeFlags } from '../commands/purge.ts';
import type { Context } from '../context.ts';
import { purgeEverything } from './everything.ts';
import { purgeParts } from './parts.ts';

/** Throws what it ended with, after the result was printed. */
export async function runPurge(context: Context, names: readonly string[], flags: PurgeFlags): Promise<void> {
  refuseUnclear(names, flags);
  refuseUnattended(context, flags);
  // Without an account named, everything is everybody's: then the files themselves go.
  if (flags.all === true && context.globals.accountGiven !== true) return purgeEverything(context, flags);
  return purgeParts(context, names, flags);
}

function refuseUnclear(names: readonly string[], { all }: PurgeFlags): void {
  if (all === true && names.length > 0)
    throw new UsageError(`--all takes everything and ${names.join(', ')} only some: use one of them`);
  if (all !== true && names.length === 0)
    throw new UsageError('purge needs the name of a source, or --all', { hint: runHint('purge --help') });
}

/** Before anything is asked or locked: nobody is there to stop it. */
function refuseUnattended({ terminal }: Context, { dryRun, yes }: PurgeFlags): void {
  if (dryRun === true || yes === true || terminal.isInteractive) return;
  throw new UsageError('purge removes what is stored, and nobody is at the terminal to stop it', {
    hint: 'Look first with --dry-run; then add --yes, and --backup FILE to keep a copy.',
  });
}
