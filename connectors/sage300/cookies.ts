/** The cookies of one server and company. Sage 300 opens a session per log-in; who brings its cookies back keeps the one it has. */
export class Cookies {
  readonly #values = new Map<string, string>();

  /** Takes the `set-cookie` lines of an answer. */
  keep(lines: string | undefined): void {
    for (const line of lines?.split('\n') ?? []) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...value] = pair.trim().split('=');
      if (name === '' || value.length === 0) continue;
      if (attributes.some(isOver) || value.join('=') === '') this.#values.delete(name);
      else this.#values.set(name, value.join('='));
    }
  }

  header(): Record<string, string> {
    if (this.#values.size === 0) return {};
    return { cookie: [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  clear(): void {
    this.#values.clear();
  }
}

function isOver(attribute: string): boolean {
  const [name = '', value = ''] = attribute.trim().split('=');
  return /^max-age$/i.test(name) && Number(value) <= 0;
}
