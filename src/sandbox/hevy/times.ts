/** Seconds, and milliseconds where there are some; both spellings of UTC occur, and only some texts have a fraction. */
export function utcText(instant: number, offset: 'Z' | '+00:00'): string {
  const text = new Date(instant).toISOString();
  return (instant % 1000 === 0 ? text.slice(0, 19) : text.slice(0, 23)) + offset;
}
