import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A recorded reply that lies beside the repository; undefined when it is not there (tests then skip). */
// biome-ignore lint/suspicious/noExplicitAny: replies of many shapes; a wrong field shows as undefined.
export function publishedSample(service: string, file: string): any {
  const path = fileURLToPath(new URL(`../../../shared/samples/${service}/${file}`, import.meta.url));
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
