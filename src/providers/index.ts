import type { AnyProvider } from '../core/provider.ts';
import { oura } from './oura.ts';

/** Every service that can be read. */
export const providers: readonly AnyProvider[] = [oura];
