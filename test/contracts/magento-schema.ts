/** Adobe's schemas as a validator can use them: closed where they list properties, lenient where Adobe's own answers differ. */

export type Schema = Record<string, unknown>;

/** Points references into the named set of definitions and refuses properties that a definition does not list. */
export function rewritten(value: unknown, use: string): unknown {
  if (Array.isArray(value)) return value.map(entry => rewritten(entry, use));
  if (typeof value !== 'object' || value === null) return value;
  const { xml: _, ...schema } = value as Schema;
  const entries = Object.entries(schema).map(([name, inner]) =>
    name === '$ref' ? [name, `${use}${inner}`] : [name, rewritten(inner, use)],
  );
  const closed = isObjectSchema(schema) ? { additionalProperties: false } : {};
  return { ...Object.fromEntries(entries), ...closed };
}

function isObjectSchema({ type, properties }: Schema): boolean {
  return type === 'object' && typeof properties === 'object' && properties !== null;
}

const textOrNull = { type: ['string', 'null'] };
const integerOrNull = { type: ['integer', 'null'] };

/** Places where Adobe's published sample answers break the definitions (SOURCE.md beside them), and `trace`, which is null outside developer mode. */
const exceptions: Record<string, Record<string, Schema>> = {
  'customer-data-region-interface': { region_code: textOrNull, region: textOrNull, region_id: integerOrNull },
  'framework-attribute-interface': { value: { type: ['string', 'array'] } },
  'error-response': { trace: textOrNull },
  'sales-data-order-payment-interface': { account_status: textOrNull, cc_last4: textOrNull },
  'catalog-inventory-data-stock-item-interface': { low_stock_date: textOrNull },
};

/** Named values, or a list of texts or objects, although modelled as a list of objects. */
const errorParameters: Schema = { type: ['array', 'object'] };

export function lenient(definitions: Record<string, Schema>): Record<string, Schema> {
  const changed = Object.entries(exceptions).map(([name, properties]) => {
    const definition = definitions[name];
    return [name, { ...definition, properties: { ...(definition?.properties as Schema), ...properties } }] as const;
  });
  return { ...definitions, ...Object.fromEntries(changed), 'error-parameters': errorParameters };
}
