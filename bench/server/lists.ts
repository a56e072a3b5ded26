/** Where a reply has its records, by service; what is no listing is one record. */
const LISTS: Readonly<Record<string, (reply: Reply) => unknown>> = {
  oura: ({ data }) => data,
};

// biome-ignore lint/suspicious/noExplicitAny: whatever a service answers.
type Reply = any;
export type Item = Readonly<Record<string, unknown>>;

export function itemsOf(service: string, reply: unknown): Item[] {
  const list = LISTS[service]?.(reply);
  return (Array.isArray(list) ? list : [reply]) as Item[];
}
