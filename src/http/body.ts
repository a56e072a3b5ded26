import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { ContractError } from '../core/errors.ts';

/** A reply's body as it comes, unpacked once it is there. */
export class Body {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #encoding: string | undefined;
  readonly #source: string;
  readonly #come: Uint8Array[] = [];
  #size = 0;
  #isWhole = false;

  constructor(chunks: AsyncIterable<Uint8Array>, encoding: string | undefined, source: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#encoding = encoding;
    this.#source = source;
  }

  /**
   * Its text; undefined when it has more than `limit` bytes, packed or unpacked: reading can go on with a higher limit.
   * Throws ContractError when the encoding is broken, and what the connection throws.
   */
  async read(limit: number): Promise<string | undefined> {
    while (!this.#isWhole) {
      if (this.#size > limit) return undefined;
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#isWhole = true;
      else {
        this.#size += value.length;
        this.#come.push(value);
      }
    }
    return this.#size > limit ? undefined : this.#unpacked(limit);
  }

  #unpacked(limit: number): string | undefined {
    const options = { maxOutputLength: limit };
    const bytes = Buffer.concat(this.#come);
    // The same once more would only take room.
    this.#come.splice(0, Number.POSITIVE_INFINITY, bytes);
    try {
      if (this.#encoding === 'gzip') return gunzipSync(bytes, options).toString('utf8');
      if (this.#encoding === 'deflate') return inflateSync(bytes, options).toString('utf8');
      if (this.#encoding === 'br') {
        const flush = constants.BROTLI_OPERATION_PROCESS;
        return brotliDecompressSync(bytes, { ...options, flush }).toString('utf8');
      }
    } catch (cause) {
      if (isTooLarge(cause)) return undefined;
      throw new ContractError(`${this.#source}: the reply's ${this.#encoding} encoding is broken`, {
        source: this.#source,
        cause,
      });
    }
    return bytes.toString('utf8');
  }

  /** Nothing more of it is read. */
  async refuse(limit: number): Promise<never> {
    await this.#chunks.return?.();
    throw new ContractError(`${this.#source}: the reply is larger than ${limit / 1024 / 1024} MB`, {
      source: this.#source,
    });
  }
}

function isTooLarge(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}
