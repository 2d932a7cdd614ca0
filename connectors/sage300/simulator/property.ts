/** What a property of a Sage 300 resource may hold. */

export type PropertyType = 'text' | 'choice' | 'integer' | 'decimal' | 'date' | 'boolean' | 'details';

export interface Property {
  name: string;
  type: PropertyType;
  /** What an entity has where nothing was set. */
  initial: unknown;
  /** Longest text; absent = not known. */
  max?: number;
  /** The view's mask folds it to upper case. */
  folded?: boolean;
  /** Names of an enumeration; absent = not published. */
  members?: readonly string[];
  /** `server`: no client sets it. `creation`: set once. */
  fixed?: 'server' | 'creation';
  /** Of a collection inside the entity. */
  details?: DetailShape;
}

export interface DetailShape {
  /** Property that tells the entries of one entity apart. */
  key: string;
  properties: readonly Property[];
}

export function texts(max: number, ...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'text', initial: '', max }));
}

/** Text whose longest length no source tells. */
export function openTexts(...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'text', initial: '' }));
}

/** A code or key: the view folds it to upper case. */
export function codes(max: number, ...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'text', initial: '', max, folded: true }));
}

/** The first member is the initial value. */
export function choice(name: string, ...members: string[]): Property {
  return { name, type: 'choice', initial: members[0], members };
}

/** An enumeration whose other members are not published. */
export function openChoice(name: string, initial: string): Property {
  return { name, type: 'choice', initial };
}

export function noYes(...names: string[]): Property[] {
  return names.map(name => choice(name, 'No', 'Yes'));
}

export function integers(...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'integer', initial: 0 }));
}

export function decimals(...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'decimal', initial: 0 }));
}

export function dates(...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'date', initial: null }));
}

export function booleans(...names: string[]): Property[] {
  return names.map(name => ({ name, type: 'boolean', initial: false }));
}

export function fixedBy(fixed: 'server' | 'creation', properties: readonly Property[]): Property[] {
  return properties.map(property => ({ ...property, fixed }));
}

/** Five properties with the numbers 1 to 5 at their end. */
export function five(name: string): string[] {
  return [1, 2, 3, 4, 5].map(number => `${name}${number}`);
}

/** Optional fields of an entity; `parents` are the entity's keys as the entry repeats them, `typeName` names the entry's type. */
export function optionalFields(name: string, parents: readonly string[], typeName: string): Property {
  const described = [
    choice(typeName, 'Text', 'Amount', 'Number', 'Integer', 'YesNo', 'Date', 'Time'),
    { name: 'Length', type: 'integer', initial: 60 },
    ...integers('Decimals'),
    ...booleans('AllowBlank', 'Validate'),
    choice('ValueSet', 'Yes', 'No', 'NotApplicable'),
    ...integers('TypedValueFieldIndex'),
    ...texts(60, 'TextValue'),
    ...decimals('AmountValue', 'NumberValue'),
    ...integers('IntegerValue'),
    ...booleans('YesNoValue'),
    ...dates('DateValue', 'TimeValue'),
    ...texts(60, 'OptionalFieldDescription', 'ValueDescription'),
  ] satisfies Property[];
  const properties = [...codes(12, ...parents, 'OptionalField'), ...texts(60, 'Value'), ...described, updateOperation];
  return { name, type: 'details', initial: [], details: { key: 'OptionalField', properties } };
}

/** Newer servers carry it on every model; on a detail it says what to do with the entry. */
export const updateOperation = choice('UpdateOperation', 'Unspecified', 'Insert', 'Update', 'Delete');
