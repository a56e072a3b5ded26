import type { CommandFile } from './command.ts';
import { status } from './status.ts';
import { sync } from './sync.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandFile[] = [sync, status];
