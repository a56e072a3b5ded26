import { dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { invalid } from './envelope.ts';
import { flag, needed } from './form.ts';
import { type Ask, pageOf, second, secondsAsked, sorted } from './listing.ts';

/** Knows no lastupdate, although its rows say when they changed. */
export function heartList(ask: Ask): object {
  const { from, to } = secondsAsked(ask.form);
  const records = ask.truth
    .list('heart')
    .filter((one) => second(one, 'timestamp') >= from && second(one, 'timestamp') <= to);
  const page = pageOf(ask, 'heart', sorted(records, 'timestamp', ask.rules.order.heart));
  return { series: page.rows, more: page.more, offset: page.offset };
}

/** Samples per second and seconds of a recording, by model: BPM Core, or a watch. */
const recordings = { 44: [500, 20], watch: [300, 30] } as const;

export function heartSignal({ form, truth }: Ask): object {
  const signalid = needed(form, 'signalid');
  const filtered = flag(form, 'with_filtered');
  flag(form, 'with_intervals');
  const record = truth.list('heart').find((one) => String((one.ecg as Document)?.signalid) === signalid);
  if (record === undefined) throw invalid('invalid signalid');
  const [frequency, seconds] = record.model === 44 ? recordings[44] : recordings.watch;
  const rate = Number(record.heart_rate) || 60;
  const raw = beats(signalid, frequency, seconds, rate);
  return {
    signal: filtered ? raw.map((value, index) => Math.round((value + (raw[index - 1] ?? value)) / 2)) : raw,
    sampling_frequency: frequency,
    wearposition: record.model === 44 ? 3 : 1,
    model: record.model,
    heart_rate: rate,
  };
}

/** Microvolts: a spike per beat above a restless floor. */
function beats(signalid: string, frequency: number, seconds: number, rate: number): number[] {
  const chance = dice('ecg', signalid);
  const period = Math.round((frequency * 60) / rate);
  return Array.from({ length: frequency * seconds }, (_, index) => {
    const phase = index % period;
    const spike = phase < 5 ? 900 - 180 * Math.abs(phase - 2) : 0;
    return spike + chance.whole(-25, 25);
  });
}
