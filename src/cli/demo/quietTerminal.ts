import { Terminal } from '../terminal.ts';

/** What a command run inside another one sees: nobody to ask, and its result is kept instead of printed. */
export class QuietTerminal extends Terminal {
  readonly results: unknown[] = [];
  readonly #outer: Terminal;

  constructor(outer: Terminal) {
    super();
    this.#outer = outer;
    this.manner = { ...outer.manner, json: true };
  }

  override get isInteractive(): boolean {
    return false;
  }

  override get isLive(): boolean {
    return false;
  }

  override result(object: unknown): void {
    this.results.push(object);
  }

  override say(text: string): void {
    this.#outer.detail(text);
  }
}
