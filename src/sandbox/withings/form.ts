import { isLocalDate, type LocalDate } from '../../core/dates.ts';
import type { SandboxRequest } from '../server.ts';
import { invalid } from './envelope.ts';

/** The fields of a request; empty ones count as missing, of two with one name the last counts (PHP). */
export type Form = ReadonlyMap<string, string>;

/** Only a POST with a form in its body has fields: a query or JSON is not looked at. */
export function formOf(request: SandboxRequest): Form {
  const type = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return new Map();
  return new Map([...new URLSearchParams(request.body)].filter(([, value]) => value !== ''));
}

export function needed(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw invalid(`missing ${name}`);
  return value;
}

export function integer(form: Form, name: string): number | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalid(`invalid ${name}`);
  return Number(text);
}

export function integers(form: Form, name: string): number[] | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text)) throw invalid(`invalid ${name}`);
  return text.split(',').map(Number);
}

export function flag(form: Form, name: string): boolean {
  const text = form.get(name) ?? 'false';
  if (!/^(true|false|0|1)$/.test(text)) throw invalid(`invalid ${name}`);
  return text === 'true' || text === '1';
}

export function day(form: Form, name: string): LocalDate {
  const text = needed(form, name);
  if (!isLocalDate(text)) throw invalid(`invalid ${name}`);
  return text;
}
