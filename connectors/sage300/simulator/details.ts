/** Collections inside an entity: each entry says with `UpdateOperation` what is to become of it. */
import type { Entity } from '../../../test/servers/collection.ts';
import { checkLength } from './payload.ts';
import type { DetailShape, Property } from './property.ts';
import { Refusal } from './refusal.ts';

/** Entries that are not mentioned stay. `setUp` are the optional fields that exist in the company. */
export function mergedDetails(
  property: Property,
  before: readonly Entity[],
  sent: readonly Entity[],
  setUp: readonly string[],
): Entity[] {
  const shape = property.details;
  if (!shape) return [...before];
  const entries = new Map(before.map(entry => [keyOf(shape, entry), entry]));
  for (const { UpdateOperation: operation = 'Unspecified', ...values } of sent) {
    const entry = folded(shape, values);
    const key = keyOf(shape, entry);
    if (shape.key === 'OptionalField' && !setUp.includes(key))
      throw invalid(`The optional field ${key} is not set up.`);
    const known = entries.get(key);
    if (operation === 'Insert' && known)
      throw new Refusal('RecordDuplicate', `${property.name} has an entry ${key} already.`);
    if ((operation === 'Update' || operation === 'Delete') && !known)
      throw invalid(`${property.name} has no entry ${key}.`);
    if (operation === 'Delete') entries.delete(key);
    else entries.set(key, { ...known, ...entry });
  }
  return [...entries.values()];
}

function folded({ properties }: DetailShape, values: Entity): Entity {
  const entry = { ...values };
  for (const property of properties) {
    const value = entry[property.name];
    if (value === undefined) continue;
    checkLength(property, value);
    if (property.folded && typeof value === 'string') entry[property.name] = value.trimEnd().toUpperCase();
  }
  return entry;
}

function keyOf({ key }: DetailShape, entry: Entity): string {
  return String(entry[key] ?? '');
}

function invalid(message: string): Refusal {
  return new Refusal('RecordInvalid', message);
}
