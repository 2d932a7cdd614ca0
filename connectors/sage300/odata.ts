/** Writing text into an OData address: the one escaping function for paths and queries, and the literals inside them. */

/** A text literal of $filter or of a key: quotes around it, quotes inside doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Everything that could end a path segment or a query option is percent-encoded. */
export function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27');
}

/** `ARCustomers('C0001')` */
export function keyed(resource: string, key: string): string {
  return `${resource}(${escaped(literal(key))})`;
}

/** `$filter=…&$top=…`; names are ours, values are escaped. */
export function options(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `$${name}=${escaped(String(value))}`)
    .join('&');
}
