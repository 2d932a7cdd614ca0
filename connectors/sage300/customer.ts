/**
 * A destination customer as properties of an A/R customer. Sage applies properties in the order of the body, and a later one may
 * overwrite what an earlier one set; so the list below is the order: the group first, then name and contact, then what the group
 * would otherwise have set.
 */
import type { DestinationRecord } from '../contract.ts';
import { RecordError } from '../errors.ts';

/** How values are sent and compared: text as given; codes in upper case; phones by their digits, which Sage formats itself. */
type Kind = 'text' | 'code' | 'phone';

interface Property {
  name: string;
  /** The field of our record it comes from; for names the one to correct. */
  field: string;
  kind: Kind;
  limit: number;
  /** What the group sets when it changes; sent along with it. */
  followsGroup?: true;
  /** A customer cannot be without. */
  required?: true;
  value: (record: DestinationRecord) => string | null | undefined;
}

function direct(name: string, field: string, kind: Kind, limit: number, more: Partial<Property> = {}): Property {
  return { name, field, kind, limit, value: record => record[field] as string | null | undefined, ...more };
}

const properties: readonly Property[] = [
  direct('GroupCode', 'groupCode', 'code', 6, { required: true }),
  { name: 'CustomerName', field: 'lastName', kind: 'text', limit: 60, value: customerName },
  direct('ShortName', 'shortName', 'text', 10),
  { name: 'ContactName', field: 'lastName', kind: 'text', limit: 60, value: contactName },
  direct('PhoneNumber', 'phone', 'phone', 30),
  direct('Email', 'email', 'text', 50),
  direct('TaxRegistrationNumber1', 'taxNumber', 'text', 20),
  direct('TerritoryCode', 'territoryCode', 'code', 6),
  direct('AccountSet', 'accountSet', 'code', 6, { followsGroup: true }),
  direct('Terms', 'terms', 'code', 6, { followsGroup: true }),
  direct('TaxGroup', 'taxGroup', 'code', 12, { followsGroup: true, required: true }),
  direct('CustomerPriceList', 'priceList', 'code', 6),
];

/** The company, else the person; a customer must have a name, so an empty one leaves Sage's alone. */
function customerName(record: DestinationRecord): string | undefined {
  const company = filled(record.company);
  return (company ?? joined(record, ['firstName', 'lastName'])) || undefined;
}

/** Untouched where the mapping has none of the three, cleared where all of them are empty. */
function contactName(record: DestinationRecord): string | undefined {
  const parts = ['firstName', 'middleName', 'lastName'];
  return parts.every(part => record[part] === undefined) ? undefined : joined(record, parts);
}

function joined(record: DestinationRecord, fields: string[]): string {
  return fields.flatMap(field => filled(record[field]) ?? []).join(' ');
}

function filled(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

interface Wanted {
  property: Property;
  value: string;
}

/** The properties that the record sets; null and "" clear. Throws RecordError where a value does not fit: nothing is cut. */
export function wantedProperties(record: DestinationRecord): Wanted[] {
  return properties.flatMap(property => {
    const given = property.value(record);
    if (given === undefined) return [];
    const value = sent(property.kind, given ?? '');
    if (value === undefined) return [];
    check(property, value, record);
    return [{ property, value }];
  });
}

/** `undefined` = a telephone without a digit says nothing. */
function sent(kind: Kind, value: string): string | undefined {
  switch (kind) {
    case 'text':
      return value;
    case 'code':
      return value.trim().toUpperCase();
    case 'phone': {
      const digits = value.replace(/\D/g, '');
      return digits === '' && value.trim() !== '' ? undefined : digits;
    }
  }
}

function check({ name, field, limit, required }: Property, value: string, record: DestinationRecord): void {
  const source = name === 'CustomerName' && filled(record.company) !== undefined ? 'company' : field;
  if (value.length > limit) {
    throw new RecordError(
      'Validation',
      `${source}: ${name} would be ${value.length} characters long, Sage 300 holds ${limit}`,
      source,
    );
  }
  if (required && value === '') throw new RecordError('Validation', `${source}: ${name} must not be empty`, source);
}

/** The body of the PATCH that brings the customer to the wanted values; null = it has them all. */
export function difference(current: Record<string, unknown>, wanted: Wanted[]): Record<string, string> | null {
  const different = new Set(
    wanted.filter(
      ({ property, value }) => compared(property.kind, current[property.name]) !== compared(property.kind, value),
    ),
  );
  if (different.size === 0) return null;
  const groupChanges = [...different].some(({ property }) => property.name === 'GroupCode');
  return Object.fromEntries(
    wanted
      .filter(entry => different.has(entry) || (groupChanges && entry.property.followsGroup))
      .map(({ property, value }) => [property.name, value]),
  );
}

function compared(kind: Kind, value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  switch (kind) {
    case 'text':
      return text;
    case 'code':
      return text.toUpperCase();
    case 'phone':
      return text.replace(/\D/g, '');
  }
}
