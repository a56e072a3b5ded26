import type { AnyProvider } from '../core/provider.ts';
import { hevy } from './hevy.ts';
import { oura } from './oura.ts';

/** Every service that can be read. */
export const providers: readonly AnyProvider[] = [oura, hevy];
