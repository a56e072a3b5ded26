import { cleanup } from './cleanup.ts';
import type { CommandFile } from './command.ts';
import { demo } from './demo.ts';
import { sandbox } from './sandbox.ts';
import { status } from './status.ts';
import { sync } from './sync.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandFile[] = [sync, status, demo, sandbox, cleanup];
