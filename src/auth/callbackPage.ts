import type { ServerResponse } from 'node:http';

/** The few pages the listener shows. Constant text: nothing of a request is ever repeated in them. */
const TEXTS = {
  granted: [200, 'Consent received', 'You can close this page and go back to the terminal.'],
  stopped: [200, 'Not signed in', 'The sign-in was stopped. The terminal says what to do next.'],
  ignored: [400, 'Not the expected answer', 'This does not belong to the sign-in that is waiting.'],
  unknown: [404, 'Nothing here', 'This address only receives the end of a sign-in.'],
  method: [405, 'Not allowed', 'This address only receives the end of a sign-in.'],
  host: [421, 'Wrong address', 'This is not the address that the sign-in is waiting at.'],
  icon: [204, '', ''],
} as const;

export type PageName = keyof typeof TEXTS;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // An idle socket would only keep the program from ending.
  connection: 'close',
};

/** Resolves when the page has left, or the browser has gone. */
export function showPage(response: ServerResponse, name: PageName, withBody: boolean): Promise<void> {
  const [status, title, text] = TEXTS[name];
  const page = Buffer.from(status === 204 ? '' : html(title, text));
  const size = status === 204 ? {} : { 'content-length': String(page.length) };
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
  return new Promise((resolve) => {
    response.once('finish', resolve);
    response.once('close', resolve);
    response.writeHead(status, { ...HEADERS, ...size, ...allow });
    response.end(withBody ? page : undefined);
  });
}

function html(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem }</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
