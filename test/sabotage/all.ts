import { a } from './a.ts';
import { b } from './b.ts';
import { c } from './c.ts';
import { d } from './d.ts';
import { e } from './e.ts';
import { f } from './f.ts';
import { g } from './g.ts';
import { h } from './h.ts';
import { k } from './k.ts';
import type { Sabotage } from './sabotage.ts';

export const all: readonly Sabotage[] = [...a, ...b, ...c, ...d, ...e, ...f, ...g, ...h, ...k];
