import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { startOura } from '../../src/sandbox/oura.ts';
import { atMost, shown } from '../figures.ts';
import { succeeded } from '../measure.ts';
import { type Front, startFront } from '../server/front.ts';
import { NOW, type Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const READ = ['sync', '--no-push', '--quiet', '--resources', 'personal_info'] as const;
const LIMIT = 10;
const PATIENCE = 5_000;

/**
 * From the moment the reply of the token endpoint was handed to the kernel until another connection sees it in the
 * database: a commit shows only once it is on the disk. The imitation answers in this process, which looks all the time.
 */
export async function tokenRow(stage: Stage): Promise<Line[]> {
  const imitation = await startOura({ now: () => NOW, days: 2 });
  let sentAt = 0n;
  const front = await startFront({
    service: 'oura',
    behind: imitation.url,
    isRead: () => false,
    forget: () => {},
    manner: { latency: 0, open: 0 },
    log: [],
    now: () => NOW,
    answered: ({ url }) => {
      if (url.endsWith('/oauth-token')) sentAt = process.hrtime.bigint();
    },
  });
  const place = stage.place({ oura: sectionOf(front, imitation) });
  await succeeded(stage.program(place, READ));
  const db = new Database(place.database, { readonly: true });
  const stored = db.prepare<[], { reply: string | null; access_token: string }>(
    `SELECT reply, access_token FROM oauth_tokens WHERE provider = 'oura'`,
  );
  const took: number[] = [];
  for (let round = 0; round < stage.options.sizes.refreshes; round += 1) {
    const before = stored.get()?.access_token;
    const isDurable = () => {
      const now = stored.get();
      return now !== undefined && (now.reply !== null || now.access_token !== before);
    };
    imitation.grant.expire();
    sentAt = 0n;
    const ended = succeeded(stage.program(place, READ));
    const [at] = await Promise.all([firstTurn(() => sentAt > 0n && isDurable()), ended]);
    took.push(Number(at - sentAt) / 1e6);
  }
  db.close();
  await Promise.all([front.close(), imitation.close()]);
  const commits = bareCommits(join(place.folder, 'commits.sqlite'), took.length);
  place.remove();
  took.sort((a, b) => a - b);
  const p99 = took[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN;
  return [
    atMost(
      'A1 from the token reply on the wire to its bytes on the disk, p99',
      p99,
      LIMIT,
      'ms',
      `${shown(took, 'ms')} in ${took.length} refreshes; a bare commit to the same disk ${shown(commits, 'ms')}`,
    ),
  ];
}

/** What the disk takes for the least that can be durable (milliseconds). */
function bareCommits(file: string, count: number): number[] {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE one (value TEXT)');
  const insert = db.prepare(`INSERT INTO one VALUES ('x')`);
  const took = Array.from({ length: count }, () => {
    const begin = process.hrtime.bigint();
    insert.run();
    return Number(process.hrtime.bigint() - begin) / 1e6;
  });
  db.close();
  return took;
}

/** When it was first seen to hold, at every turn of the event loop. */
async function firstTurn(holds: () => boolean): Promise<bigint> {
  const end = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > end) throw new Error('no new token was stored');
    await nextTurn();
  }
  return process.hrtime.bigint();
}

function sectionOf({ url }: Front, imitation: Awaited<ReturnType<typeof startOura>>) {
  return {
    enabled: true,
    client_id: imitation.clientId,
    client_secret: imitation.clientSecret,
    base_url: url,
    authorize_url: `${url}/oauth/v2/ext/oauth-authorize`,
    token_url: `${url}/oauth/v2/ext/oauth-token`,
    ...imitation.issueToken(),
  };
}
