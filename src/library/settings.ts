import { isAccountName } from '../auth/account.ts';
import { checkValue } from '../core/config/check.ts';
import type { Section } from '../core/config/section.ts';
import { didYouMean, printable } from '../core/config/suggestions.ts';
import { checkTables } from '../core/config/tables.ts';
import { isTimeZone, systemTimeZone } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';

/** A section from an object of the caller's, checked like one from a file. Keys that are undefined count as left out. */
export function settingsFrom<C>(section: Section, given: Readonly<Record<string, unknown>>): C {
  const keys = Object.keys(section.schema.shape);
  let written = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const lists: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(section.lists ?? {})) {
    const { [key]: value = [], ...rest } = written;
    lists[key] = checkTables(section, key, value, 'config').map((table) => schema.parse(table));
    written = rest;
  }
  for (const [key, value] of Object.entries(written)) {
    const where = `config.${printable(key)} of ${section.id}`;
    if (!keys.includes(key)) throw new UsageError(`${where} is not a key${didYouMean(key, keys)}`);
    checkValue(section, key, value, where);
  }
  const parsed = section.schema.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`config of ${section.id}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const values = { ...parsed.data, ...lists };
  return (section.normalise?.(values) ?? values) as C;
}

/** Refuses what no option is called: a misspelt `dryRun` must not write. */
export function optionsFrom(given: object, known: readonly string[]): void {
  const odd = Object.keys(given).find((name) => !known.includes(name));
  if (odd === undefined) return;
  throw new UsageError(`${printable(odd)} is not an option${didYouMean(odd, known)}`, {
    hint: `Options: ${known.join(', ')}`,
  });
}

/** The IANA zone that dates are meant in. */
export function zoneFrom(zone: string | undefined): string {
  if (zone === undefined) return systemTimeZone();
  if (isTimeZone(zone)) return zone;
  throw new UsageError('zone must be a time zone such as Europe/Berlin');
}

/** Names of people: they become part of file names. */
export function accountFrom(account = 'default'): string {
  if (isAccountName(account)) return account;
  throw new UsageError('account must be 1 to 64 letters, digits, dots, dashes or underscores');
}
