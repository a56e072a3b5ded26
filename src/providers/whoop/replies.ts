import type { ReplyHeaders } from '../../core/limits.ts';
import type { Reply } from '../../core/provider.ts';

const isPage = ({ text }: Reply) => /^\s*</.test(text);

/** What a refusal means; bodies are not documented. */
export function explain(reply: Reply): string | undefined {
  switch (reply.status) {
    case 400:
      return 'WHOOP does not accept a parameter of the request.';
    case 401:
      return 'WHOOP does not accept the access any more: it has ended or was taken away in the WHOOP app.';
    case 403:
      return isPage(reply)
        ? 'It was turned away in front of WHOOP, which says nothing about the sign-in: try from another network.'
        : 'WHOOP does not let this sign-in read it.';
    default:
      return undefined;
  }
}

/** What a 404 says is not documented. WHOOP's own replies tell the limits; a page from somebody in between does not. */
export function ownMissing(reply: Reply): Reply {
  const isOwn = reply.headers['x-ratelimit-limit'] !== undefined || !isPage(reply);
  return reply.status === 404 && isOwn ? { ...reply, text: '{}' } : reply;
}

/** The headers speak of whichever window is nearest to its end; Reset counts seconds. */
export function closedUntil(headers: ReplyHeaders, now: number): number | undefined {
  const { 'x-ratelimit-remaining': left, 'x-ratelimit-reset': reset } = headers;
  return left?.trim() === '0' && /^\d+$/.test(reset?.trim() ?? '') ? now + Number(reset) * 1000 : undefined;
}
