/**
 * A zod value as the structural schema of a CRD. Whatever the API server would refuse, or the user would not find described, is an
 * error here that names the field.
 */
import { z } from 'zod';

export type Schema = Record<string, unknown> & {
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
};

const known = new Set([
  'additionalProperties',
  'default',
  'description',
  'enum',
  'format',
  'items',
  'maxItems',
  'maxLength',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'pattern',
  'properties',
  'required',
  'type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/** What zod adds and a CRD must not have. */
const dropped = new Set(['$schema', 'propertyNames']);

export function toSchema(type: z.ZodType, path: string): Schema {
  const raw = z.toJSONSchema(type, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    cycles: 'throw',
    unrepresentable: 'throw',
  });
  return clean(raw as Schema, path);
}

function clean(raw: Schema, path: string): Schema {
  const schema: Schema = {};
  for (const [key, value] of Object.entries(raw)) {
    if (dropped.has(key) || isSafeIntegerBound(key, value)) continue;
    if (key === 'pattern' && raw.format === 'date-time') continue;
    if (!known.has(key)) throw new Error(`${path}: a CRD cannot carry '${key}'`);
    schema[key] = value;
  }
  if (typeof schema.pattern === 'string' && /\(\?[=!<]/.test(schema.pattern)) {
    throw new Error(`${path}: the pattern looks around, which the API server cannot`);
  }
  if (schema.type === 'integer') schema.format = 'int64';
  bounded(schema, path);
  return withChildren(schema, path);
}

/** zod bounds every integer by ±2^53; that is its own limit, not ours. */
function isSafeIntegerBound(key: string, value: unknown): boolean {
  return (
    (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) || (key === 'minimum' && value === Number.MIN_SAFE_INTEGER)
  );
}

/** The cost of CEL rules is reckoned from the largest possible size. */
function bounded(schema: Schema, path: string): void {
  if (schema.type === 'array' && schema.maxItems === undefined) throw new Error(`${path}: a list must have .max()`);
  const free = schema.enum === undefined && schema.format === undefined && schema.maxLength === undefined;
  if (schema.type === 'string' && free) throw new Error(`${path}: a text must have .max()`);
}

function withChildren(schema: Schema, path: string): Schema {
  if (schema.properties !== undefined) {
    schema.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => {
        if (child.description === undefined) throw new Error(`${path}.${name}: a field must have a description`);
        return [name, clean(child, `${path}.${name}`)];
      }),
    );
    if (schema.additionalProperties === false) delete schema.additionalProperties;
  }
  if (schema.items !== undefined) schema.items = clean(schema.items, `${path}[]`);
  const more = schema.additionalProperties;
  if (typeof more === 'object' && more !== null) schema.additionalProperties = clean(more as Schema, `${path}{}`);
  return schema;
}
