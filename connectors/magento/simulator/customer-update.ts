/**
 * `PUT /V1/customers/:id` as 2.4.1 and later do it: the sent fields are laid over the stored customer, so that scalar fields behave
 * as in a PATCH, while `addresses` replaces what was there.
 */
import type { Entity } from '../../../test/servers/collection.ts';
import { type Address, addressFields, type Customer, customerFields, type FieldType, pointers } from './customer.ts';
import { inputRefusal, internalError, noSuchEntity, Refusal, requiredField, wrongType } from './refusal.ts';
import type { Shop } from './shop.ts';

export function updateCustomer(shop: Shop, id: string, body: string): Customer {
  const sent = sentCustomer(body);
  const before = shop.customers.table.get(id);
  if (!before) throw noSuchEntity('customerId', id);
  const values = typed(sent, customerFields);
  delete values.id;
  delete values.created_at;
  delete values.updated_at;
  if (Array.isArray(values.custom_attributes)) values.custom_attributes = existing(shop, values.custom_attributes);
  if (Array.isArray(values.addresses))
    values.addresses = values.addresses.map(entry => typed(entry as Entity, addressFields));
  validate(shop, { ...before, ...values } as Customer, values);
  return shop.customers.save(before, values);
}

function sentCustomer(body: string): Entity {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'Decoding error.');
  }
  const customer = (parsed as Entity | null)?.customer;
  if (typeof customer !== 'object' || customer === null) throw inputRefusal([requiredField('customer')]);
  return customer as Entity;
}

/** Keys in snake case, values of the declared type; PHP converts where it can. A key without a setter is a defect to the shop. */
function typed(entity: Entity, fields: Record<string, FieldType>): Entity {
  const values: Entity = {};
  for (const [name, value] of Object.entries(entity)) {
    const field = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    const type = fields[field];
    if (!type) throw internalError();
    values[field] = value === null ? null : converted(field, value, type);
  }
  return values;
}

function converted(field: string, value: unknown, type: FieldType): unknown {
  const scalar = typeof value !== 'object';
  switch (type) {
    case 'integer':
      if (!scalar || !/^-?\d+$/.test(String(value))) throw wrongType(field, String(value), 'int');
      return Number(value);
    case 'string':
      if (!scalar) throw wrongType(field, 'array', 'string');
      return String(value);
    case 'boolean':
      return value === true || value === 1 || value === '1' || value === 'true';
    case 'strings':
      if (!Array.isArray(value)) throw wrongType(field, String(value), 'string[]');
      return value.map(String);
    default:
      if (scalar) throw wrongType(field, String(value), 'object');
      return value;
  }
}

/** Attributes that no one created are dropped without a word; one without a value is refused. */
function existing(shop: Shop, sent: readonly unknown[]): unknown[] {
  return sent.filter(entry => {
    const { attribute_code: code, value } = entry as Entity;
    if (value === undefined || value === null) throw new Refusal(400, `Value is not set for attribute code "${code}"`);
    return shop.customers.attributes.has(String(code));
  });
}

function validate(shop: Shop, merged: Customer, values: Entity): void {
  const required = {
    firstname: 'First Name',
    lastname: 'Last Name',
    email: 'Email',
    website_id: 'Associate to Website',
  };
  for (const [field, label] of Object.entries(required)) {
    if (merged[field] == null || merged[field] === '') throw new Refusal(400, `"${label}" is a required value.`);
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(merged.email)) throw new Refusal(400, '"Email" is not a valid email address.');
  const groups = shop.customerGroups;
  if (values.group_id !== undefined && groups.count > 0 && !groups.get(values.group_id)) {
    throw new Refusal(400, 'The specified customer group id does not exist.');
  }
  if (Array.isArray(values.addresses)) validateAddresses(shop, merged, values.addresses as Entity[]);
  if (shop.customers.namesake(merged)) {
    throw new Refusal(400, 'A customer with the same email address already exists in an associated website.');
  }
}

function validateAddresses(shop: Shop, merged: Customer, sent: readonly Entity[]): void {
  const before = shop.customers.table.get(String(merged.id))?.addresses ?? [];
  const fields = ['firstname', 'lastname', 'street', 'city', 'telephone', 'country_id'];
  for (const address of sent) {
    const known: Address | undefined = before.find(({ id }) => id === address.id);
    if (address.id != null && !known) throw noSuchEntity('addressId', address.id);
    const whole = { ...known, ...address } as Entity;
    const missing = fields.filter(field => whole[field] == null || whole[field] === '');
    if (missing.length > 0) throw inputRefusal(missing.map(requiredField));
  }
  if (!shop.settings.refusesMissingDefault) return;
  for (const pointer of pointers) {
    const id = merged[pointer];
    if (id == null || sent.some(address => String(address.id) === String(id))) continue;
    const words = 'The %fieldName value is invalid. Set the correct value and try again.';
    throw new Refusal(400, words, { fieldName: pointer });
  }
}
