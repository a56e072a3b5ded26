/** How a person signs in to a service. */
export type Auth = OAuth2 | ApiKey | PasswordGrant;

/** A pair, or an access token alone, from the configuration or environment: imported once, then ignored. */
export interface Seed {
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
}

/** OAuth 2 authorization code, confidential client. */
export interface OAuth2 {
  readonly kind: 'oauth2';
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** Used exactly as configured. */
  readonly redirectUri: string;
  /** Names as the service's documentation calls them, without a world's prefix. */
  readonly scopes: readonly string[];
  /** Where the app may have been registered, most likely first; the one that worked is remembered by its id. */
  readonly worlds: readonly World[];
  readonly seed: Seed;
  /** How to create an app at the service, one line. */
  readonly setup: string;
  /** Where the service leaves RFC 6749. */
  readonly dialect?: Dialect | undefined;
}

export interface World {
  readonly id: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string | undefined;
  /** The `iss` that a callback may carry; another one stops the sign-in. */
  readonly issuer?: string;
  /** Put before each scope name in a request and taken off in a reply. */
  readonly scopePrefix: string;
}

/** What a service does differently from RFC 6749 and 7636. Each key is one deviation; none of them is usual. */
export interface Dialect {
  /** Between scope names in the authorize URL. Replies are understood with either. */
  readonly scopeSeparator?: ',';
  /** More query parameters for the authorize URL. */
  readonly authorizeParameters?: Readonly<Record<string, string>>;
  /** The service knows no S256: nothing ties a bare pasted code to this sign-in, so it is not accepted. */
  readonly withoutChallenge?: true;
  /**
   * The form of a token request, made of the grant's own fields. Default: the fields, client_id and client_secret.
   * May ask the service for something first (a nonce).
   */
  readonly form?: (grant: Form, app: App, endpoint: FormEndpoint) => Promise<Form>;
  /** The token endpoint's reply as RFC 6749 §5 has it: status, and JSON with access_token or error. Pure. */
  readonly reply?: (reply: PlainReply) => PlainReply;
  /** The request that ends the app's access. Default: RFC 7009 at the world's `revokeUrl`. */
  readonly revocation?: (granted: Granted, app: App, endpoint: FormEndpoint) => Promise<PlainRequest>;
  /**
   * The old refresh token stays good until the new access token is first used: it is kept until then, and tried when
   * the new pair turns out to be worthless.
   */
  readonly keepsOldRefreshToken?: true;
  /** The scope without which the service gives no refresh token: signing in has to say so when none came. */
  readonly renewsOnlyWith?: string;
}

export type Form = Readonly<Record<string, string>>;

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a dialect may use beside its arguments. */
export interface FormEndpoint {
  /** UTC epoch milliseconds. */
  readonly now: number;
  readonly world: World;
  /** Sends a form, once. Throws like any exchange. */
  readonly post: (url: string, form: Form) => Promise<PlainReply>;
}

export interface PlainReply {
  readonly status: number;
  readonly text: string;
}

export interface PlainRequest {
  readonly method: 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Form;
}

export interface Granted {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly userId: string | null;
}

/** A key that a person copies from the service; nothing to renew. */
export interface ApiKey {
  readonly kind: 'apiKey';
  /** The header it travels in, lower case. */
  readonly header: string;
  /** From the configuration; it belongs to the account `default`. */
  readonly key: string | undefined;
  /** The configuration's name for it. */
  readonly configKey: string;
  /** It is kept nowhere else, so that other accounts than `default` have none. */
  readonly onlyConfigured?: true;
  /** Where to find it at the service, one line. */
  readonly setup: string;
}

/** OAuth 2 resource owner password grant, then its refresh grant. */
export interface PasswordGrant {
  readonly kind: 'password';
  readonly tokenUrl: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** From the configuration; they belong to the account `default`. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly seed: Seed;
  /** Bodies the token endpoint may want, in the order to try; the next one only after a 400. */
  readonly bodies: readonly ('json' | 'form')[];
  /** After a login that failed none is tried for so long (milliseconds), in this run or a later one. */
  readonly backOff: number;
  /** The token endpoint's reply as RFC 6749 §5 has it. Pure. */
  readonly reply?: (reply: PlainReply) => PlainReply;
  /** What to know before signing in, one line. */
  readonly setup: string;
}
