import type { SandboxRequest } from '../server.ts';
import { bodyInstant } from './instants.ts';
import { fieldSize, malformedBody, malformedField, wrongContentType } from './refusals.ts';

export type Fields = Readonly<Record<string, unknown>>;

function json(request: SandboxRequest): unknown {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw wrongContentType(type);
  try {
    return JSON.parse(request.body);
  } catch {
    throw malformedBody();
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectBody(request: SandboxRequest): Fields {
  const value = json(request);
  if (!isFields(value)) throw malformedBody();
  return value;
}

export function arrayBody(request: SandboxRequest): Fields[] {
  const value = json(request);
  if (!Array.isArray(value) || !value.every(isFields)) throw malformedBody();
  return value;
}

/** A key with null counts as left out; keys the service does not know are never looked at. */
function given(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
}

export function text(fields: Fields, name: string, size?: { min: number; max: number }): string | undefined {
  const value = given(fields, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw malformedField(name, 'a string');
  if (size !== undefined && (value.length < size.min || value.length > size.max)) {
    throw fieldSize(name, size.min, size.max);
  }
  return value;
}

/** An id; an empty one counts as none. */
export function id(fields: Fields, name: string): string | undefined {
  return text(fields, name) || undefined;
}

export function flag(fields: Fields, name: string): boolean | undefined {
  const value = given(fields, name);
  if (value !== undefined && typeof value !== 'boolean') throw malformedField(name, 'a boolean');
  return value;
}

export function instant(fields: Fields, name: string): number | undefined {
  const value = text(fields, name);
  return value === undefined ? undefined : bodyInstant(name, value);
}

export function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T | undefined {
  const value = text(fields, name);
  const found = allowed.find((one) => one === value);
  if (value !== undefined && found === undefined) throw malformedField(name, `one of ${allowed.join(', ')}`);
  return found;
}

export function list(fields: Fields, name: string, max = Number.POSITIVE_INFINITY): unknown[] {
  const value = given(fields, name) ?? [];
  if (!Array.isArray(value)) throw malformedField(name, 'a list');
  if (value.length > max) throw fieldSize(name, 0, max);
  return value;
}

export function ids(fields: Fields, name: string): string[] {
  return list(fields, name).map((value) => {
    if (typeof value !== 'string') throw malformedField(name, 'a list of strings');
    return value;
  });
}
