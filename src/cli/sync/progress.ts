import type { Progress } from '../../core/sync.ts';
import type { Terminal } from '../terminal.ts';

export interface Shown {
  update(progress: Progress): void;
  stop(): void;
}

/** Live counts on a terminal, one line per finished resource otherwise. */
export async function progress(terminal: Terminal, resources: number): Promise<Shown> {
  return terminal.isLive ? live(resources) : lines(terminal);
}

function lines(terminal: Terminal): Shown {
  return {
    update: ({ result }) => {
      if (result === undefined || terminal.manner.json) return;
      const { created, updated, deleted } = result.counts;
      const changes = `${created} new, ${updated} changed, ${deleted} deleted`;
      terminal.say(
        `${result.provider}.${result.resource}: ${result.outcome === 'OK' ? changes : result.outcome}`,
      );
    },
    stop: () => {},
  };
}

async function live(resources: number): Promise<Shown> {
  const { default: ora } = await import('ora');
  const spinner = ora({ stream: process.stderr, text: 'signing in' }).start();
  const latest = new Map<string, Progress>();
  const started = Date.now();
  return {
    update: (one) => {
      latest.set(`${one.provider}.${one.resource}`, one);
      const all = [...latest.values()];
      const finished = all.filter(({ result }) => result !== undefined).length;
      spinner.text = `${sourceByEach(all)}: ${finished} of ${resources} resources${estimate(all, started)}`;
    },
    stop: () => spinner.stop(),
  };
}

/** Each source with its records so far and, at its end, how it went: `oura 8,329 · hevy 120 TEMP`. */
export function sourceByEach(all: readonly Progress[]): string {
  const sources = Map.groupBy(all, ({ provider }) => provider);
  return [...sources]
    .map(([provider, parts]) => {
      const rows = parts.reduce(
        (sum, { counts }) => sum + counts.created + counts.updated + counts.unchanged,
        0,
      );
      const trouble = parts.find(({ result }) => result !== undefined && result.error !== undefined)?.result;
      const word = trouble === undefined || trouble.outcome === 'NOT GRANTED' ? '' : ` ${trouble.outcome}`;
      return `${provider} ${rows.toLocaleString('en')}${word}`;
    })
    .join(' · ');
}

/** Time left by the spans that are done; only once there is something to go by. */
function estimate(all: readonly Progress[], started: number): string {
  const spans = all.reduce((sum, one) => sum + one.spans, 0);
  const done = all.reduce((sum, one) => sum + one.spansDone, 0);
  if (done < 5 || spans <= done) return '';
  const seconds = Math.ceil((((Date.now() - started) / done) * (spans - done)) / 1000);
  return seconds < 2 ? '' : `, about ${seconds} s left`;
}
