import * as z from 'zod';
import { dateAt } from '../dates.ts';
import { sha256 } from '../digest.ts';
import { InterruptedError, ProgramError } from '../errors.ts';
import type { Resource } from '../provider.ts';
import type { SyncRequest } from '../sync.ts';
import { outsideRun } from './outsideRun.ts';
import { type OtherPersonError, otherPerson } from './person.ts';

const remembered = z.object({ credentials: z.string(), person: z.string() });

/**
 * Where the record that says whose account it is was not chosen, it is looked at all the same, once for each
 * credentials: they may be somebody else's. It is not stored; what stays is a digest of its id.
 */
export async function strangerWithout(request: SyncRequest): Promise<OtherPersonError | undefined> {
  const { provider, account, resources, records, credentials, facts, clock } = request;
  const person = provider.resources.find(({ name }) => name === provider.person);
  if (person === undefined || resources.includes(person)) return undefined;
  const scope = `person/${provider.id}/${account}`;
  const known = remembered.safeParse(facts?.get(scope, 'id', 0)).data;
  if (credentials !== undefined && known?.credentials === credentials) return undefined;
  const id = await idNow(request, person);
  if (id === undefined) return undefined;
  const stored = records.find.idsOf({ provider: provider.id, account, resource: person.name });
  const digest = sha256(id);
  const isOther = stored.length > 0 ? !stored.includes(id) : known !== undefined && known.person !== digest;
  if (isOther) return otherPerson(request);
  if (credentials !== undefined) facts?.put(scope, 'id', { credentials, person: digest }, clock.now());
  return undefined;
}

/** Undefined where the service does not tell: the run itself will meet the same trouble and say so. */
async function idNow(request: SyncRequest, person: Resource): Promise<string | undefined> {
  const { http, config, zone, clock } = request;
  const today = dateAt(clock.now(), zone);
  const look = outsideRun({ http, config, zone, now: clock.now(), span: { from: today, to: today } });
  try {
    for await (const [item] of person.pages?.(look) ?? []) {
      const parsed = person.schema.safeParse(item?.value);
      if (item === undefined || !parsed.success) return undefined;
      const change = person.change(parsed.data, '', item, zone);
      return 'remove' in change ? undefined : change.row.id;
    }
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
  }
  return undefined;
}
