/** The program's own name and version, named here and nowhere else in shared code. */
export const PROGRAM = 'oura-clockify';
export const VERSION = '0.1.0';
export const USER_AGENT = `${PROGRAM}/${VERSION}`;

/** "Run: oura-clockify auth …": the way every hint names the next command. */
export function runHint(command: string): string {
  return `Run: ${PROGRAM} ${command}`;
}
