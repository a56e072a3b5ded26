// biome-ignore lint/suspicious/noExplicitAny: rows of many kinds.
type Row = any;

/**
 * The goals were set with five years in 56 MB: rows of series had no `timestamp_unix` then, and `met` series were
 * coarser.
 */
export function asRecorded(path: string, reply: Row): unknown {
  const change = CHANGES[path.split('/').at(-1) ?? ''];
  return change === undefined || reply.data === undefined
    ? reply
    : { ...reply, data: reply.data.map(change) };
}

const withoutUnixTime = ({ timestamp_unix: _, ...row }: Row) => row;

/** Every other value: one per two minutes. */
function halfTheMet(row: Row): Row {
  if (!row.met) return row;
  const items = row.met.items.filter((_: number, index: number) => index % 2 === 0);
  return { ...row, met: { ...row.met, interval: row.met.interval * 2, items } };
}

const CHANGES: Readonly<Record<string, (row: Row) => Row>> = {
  heartrate: withoutUnixTime,
  daily_activity: halfTheMet,
  ring_battery_level: withoutUnixTime,
};
