/** How messages, the configuration and the database call it. A file of its own: whoever needs the word loads no more. */
export const SOURCE = 'clockify';
