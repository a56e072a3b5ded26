import { appSection } from '../../core/config/app.ts';
import { checkValue } from '../../core/config/check.ts';
import type { TomlValue } from '../../core/config/edit.ts';
import type { Section } from '../../core/config.ts';
import type { Change } from '../configFile.ts';
import { sections } from '../sections.ts';

/** A value for the file, checked. Throws UsageError naming `where` it came from. */
export function setting(section: string, key: string, value: TomlValue, where: string): Change {
  const owner = [appSection as Section, ...sections()].find(({ id }) => id === section);
  if (owner === undefined) throw new Error(`there is no section ${section}`);
  checkValue(owner, key, value, where);
  return { section, key, value };
}
