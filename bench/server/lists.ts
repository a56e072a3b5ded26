// biome-ignore lint/suspicious/noExplicitAny: whatever a service answers.
type Reply = any;
export type Item = Readonly<Record<string, unknown>>;

const onlyList = (reply: object | undefined) => Object.values(reply ?? {}).find(Array.isArray);

/** Where a reply has its records, by service; a reply without a list is one record. */
const LISTS: Readonly<Record<string, (reply: Reply) => unknown>> = {
  oura: (reply) => reply.data,
  withings: (reply) => onlyList(reply.body),
  hevy: onlyList,
  strava: (reply) => reply,
  eightsleep: (reply) => onlyList(reply.result ?? reply),
  whoop: (reply) => reply.records,
  clockify: (reply) => reply,
};

export function itemsOf(service: string, reply: unknown): Item[] {
  const list = LISTS[service]?.(reply);
  return (Array.isArray(list) ? list : [reply]) as Item[];
}
