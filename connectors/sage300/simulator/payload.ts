/** A request body, taken apart in its own order: properties reach the view one after the other. */
import type { Entity } from '../../../test/servers/collection.ts';
import { fold } from './key.ts';
import type { Property } from './property.ts';
import { Refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

export interface Assignment {
  property: Property;
  value: unknown;
}

/** Throws `InvalidPayload`: no JSON, an unknown property, a value of another type. */
export function assignments(resource: Resource, body: string): Assignment[] {
  return Object.entries(parsed(body))
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, value]) => {
      const property = resource.properties.get(name);
      if (!property) throw unknown(name, resource.name);
      checkType(property, value);
      return {
        property,
        value: property.folded && typeof value === 'string' ? fold(resource, name, value) : trimmed(value),
      };
    });
}

/** Text longer than the view's field is refused by its business rules, not by the parser. */
export function checkLength({ name, max }: Property, value: unknown): void {
  if (max === undefined || typeof value !== 'string' || value.length <= max) return;
  throw new Refusal('RecordInvalid', `${name} is too long: ${value.length} characters, at most ${max}.`);
}

function parsed(body: string): Entity {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entity;
  } catch {
    // Told below: the parser's own words name no position the client could use.
  }
  throw new Refusal('InvalidPayload', 'The payload is not a valid JSON object.');
}

function checkType(property: Property, value: unknown): void {
  if (value === null && (property.type === 'text' || property.type === 'date')) return;
  if (!accepts(property, value)) throw new Refusal('InvalidPayload', `The value of ${property.name} is not valid.`);
  if (!property.details) return;
  const known = new Map(property.details.properties.map(one => [one.name, one]));
  for (const entry of value as unknown[]) {
    if (typeof entry !== 'object' || entry === null)
      throw new Refusal('InvalidPayload', `${property.name} holds no objects.`);
    for (const [name, inner] of Object.entries(entry)) {
      const detail = known.get(name);
      if (!detail) throw unknown(name, property.name);
      checkType(detail, inner);
    }
  }
}

function accepts({ type, members }: Property, value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'choice':
      return typeof value === 'string' && (members?.includes(value) ?? true);
    case 'integer':
      return Number.isInteger(value);
    case 'decimal':
      return typeof value === 'number';
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'boolean':
      return typeof value === 'boolean';
    case 'details':
      return Array.isArray(value);
  }
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trimEnd() : value;
}

function unknown(name: string, where: string): Refusal {
  return new Refusal('InvalidPayload', `The property '${name}' does not exist on type '${where}'.`);
}
