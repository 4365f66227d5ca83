/** A token, or what gives one: it is asked again whenever a fresh one is needed. */
export type Token = string | (() => string | Promise<string>);

/** A token is replaced so long before it expires, or halfway where it is short-lived. */
const renewBeforeMs = 60_000;

interface Claims {
  readonly sub?: string;
  readonly exp?: number;
  readonly iat?: number;
}

/** The token of a client: kept while it is good, and asked for once however many need it. */
export class TokenSource {
  #token: string | undefined;
  #asking: Promise<string> | undefined;
  /** When the token was given. */
  #since = 0;

  constructor(private readonly source: Token) {}

  /** The user, as far as a token has told: its `sub`. */
  get subject(): string | undefined {
    return this.#claims().sub;
  }

  /** When a fresh token is to be had: milliseconds from now, or undefined where the token does not say. */
  get renewInMs(): number | undefined {
    const { exp } = this.#claims();
    if (exp === undefined || typeof this.source === 'string') return undefined;
    const lifetime = exp * 1000 - this.#since;
    return exp * 1000 - Math.min(renewBeforeMs, lifetime / 2) - Date.now();
  }

  /** A token that is good as far as it says. */
  async get(): Promise<string> {
    if (this.#token !== undefined && (this.renewInMs ?? 1) > 0) return this.#token;
    return this.renew();
  }

  /**
   * A fresh token.
   * @param refused the one that the service does not take; where another one is there already, that is given
   */
  async renew(refused?: string): Promise<string> {
    const { source } = this;
    if (typeof source === 'string') return (this.#token = source);
    if (refused !== undefined && this.#token !== undefined && this.#token !== refused) return this.#token;
    this.#asking ??= (async () => source())().finally(() => (this.#asking = undefined));
    this.#token = await this.#asking;
    this.#since = Date.now();
    return this.#token;
  }

  /** Whether a refused token can be replaced. */
  get isRenewable(): boolean {
    return typeof this.source !== 'string';
  }

  #claims(): Claims {
    return this.#token === undefined ? {} : claimsOf(this.#token);
  }
}

/** What a JWT (RFC 7519) says; nothing where it is another kind of token. It is not verified: that is for the service. */
export function claimsOf(token: string): Claims {
  try {
    const payload = (token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}
