/** Keeps credentials out of the journal. */

const secretName = /^(oauth_\w+|.*password.*|.*secret.*|(access_?|refresh_?|id_?)?token|api_?key|authorization)$/i;
const mask = '***';

/** Replaces what is secret by its name, and the given values wherever they stand. */
export class Masking {
  readonly #values: string[];

  constructor(secrets: readonly string[]) {
    const long = secrets.filter(secret => secret.length >= 4);
    this.#values = [...new Set(long.flatMap(secret => [secret, encodeURIComponent(secret)]))];
  }

  url(url: string): string {
    const [path = '', query] = url.split(/\?(.*)/s);
    if (query === undefined) return this.#text(path);
    const parameters = query.split('&').map(pair => {
      const name = pair.split('=', 1)[0] ?? '';
      return secretName.test(name) ? `${name}=${mask}` : pair;
    });
    return this.#text(`${path}?${parameters.join('&')}`);
  }

  /** JSON text as the value it stands for, other text as it is; null for nothing. */
  body(text: string): unknown {
    if (text === '') return null;
    const clean = this.#text(text);
    const first = clean.trimStart()[0];
    if (first !== undefined && '{["'.includes(first)) {
      try {
        return JSON.parse(clean, (name, value) => (typeof value === 'string' && secretName.test(name) ? mask : value));
      } catch {
        return clean;
      }
    }
    return clean;
  }

  #text(text: string): string {
    return this.#values.reduce((clean, secret) => clean.replaceAll(secret, mask), text);
  }
}
