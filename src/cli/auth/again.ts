import { TemporaryError } from '../../core/errors.ts';
import { PROGRAM } from '../../program.ts';

/** There is no next run of a sign-in that would try again by itself: a person has to. */
export async function forAPerson<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TemporaryError) || !error.hint?.startsWith('Nothing to do')) throw error;
    const { message, source, retryAt } = error;
    const when = retryAt === undefined ? '' : ` after ${new Date(retryAt).toISOString()}`;
    const hint = `Run it again${when}: ${PROGRAM} auth ${name}`;
    throw new TemporaryError(message, { source, retryAt, hint, cause: error });
  }
}
