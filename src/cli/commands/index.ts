import { auth } from './auth.ts';
import { backup } from './backup.ts';
import { checkToken } from './checkToken.ts';
import { cleanup } from './cleanup.ts';
import type { CommandFile } from './command.ts';
import { config } from './config.ts';
import { demo } from './demo.ts';
import { init, initDb } from './init.ts';
import { logout } from './logout.ts';
import { providers } from './providers.ts';
import { purge } from './purge.ts';
import { sandbox } from './sandbox.ts';
import { status } from './status.ts';
import { sync } from './sync.ts';
import { verify } from './verify.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandFile[] = [
  demo,
  init,
  auth,
  logout,
  checkToken,
  sync,
  cleanup,
  verify,
  status,
  backup,
  purge,
  providers,
  config,
  sandbox,
  initDb,
];
