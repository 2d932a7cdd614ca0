/** The shop's customers: kept by id, found by what a search knows, changed by people (`put`) and by the API (`save`). */
import type { Clock } from '../../../test/servers/clock.ts';
import { BadEntity, type Collection, type Entity } from '../../../test/servers/collection.ts';
import { Table } from '../../../test/servers/table.ts';
import { mergedAddresses } from './address-book.ts';
import type { Column, Value } from './condition.ts';
import {
  type Address,
  type Attribute,
  type Customer,
  customerFields,
  hiddenColumns,
  type pointers,
  shownAlone,
} from './customer.ts';
import type { Searched } from './search.ts';
import { timestamp } from './time.ts';

/** Fields of the default billing address that are joined to a search. */
const billingFields: Record<string, string> = {
  billing_city: 'city',
  billing_company: 'company',
  billing_country_id: 'country_id',
  billing_postcode: 'postcode',
  billing_region: 'region',
  billing_telephone: 'telephone',
  billing_vat_id: 'vat_id',
};

const times = new Set(['created_at', 'updated_at', 'dob']);

/** Changes of these alone leave the customer's row, and so its change time, as it was. */
const otherTables = new Set(['addresses', 'extension_attributes']);

export class Customers implements Collection, Searched<Customer> {
  readonly name = 'customers';
  /** JSON calls it `id`, a filter `entity_id`. */
  readonly key = 'entity_id';
  readonly table = new Table<Customer>(customer => String(customer.id));
  readonly #clock: Clock;
  readonly #declared: readonly string[];
  #attributes: Set<string>;
  #lastId = 0;
  #lastAddressId = 0;

  constructor(clock: Clock, attributes: readonly string[]) {
    this.#clock = clock;
    this.#declared = attributes;
    this.#attributes = new Set(attributes);
  }

  get count(): number {
    return this.table.size;
  }

  /** Codes of custom attributes that exist. */
  get attributes(): ReadonlySet<string> {
    return this.#attributes;
  }

  reset(): void {
    this.table.clear();
    this.#attributes = new Set(this.#declared);
    this.#lastId = 0;
    this.#lastAddressId = 0;
  }

  *shown(): Generator<Entity> {
    for (const customer of this.table.values()) yield shownAlone(customer);
  }

  seed(entities: readonly Entity[]): void {
    this.table.setMany(entities.map(entity => this.#complete(entity)));
  }

  put(key: string, values: Entity): Entity {
    const id = Number(key);
    if (!Number.isInteger(id) || id < 1) throw new BadEntity(`customers: ${key} is no id`);
    const before = this.table.get(key);
    const customer = before ? this.save(before, values) : this.#complete({ ...values, id });
    if (!before) this.table.set(customer);
    return shownAlone(customer);
  }

  remove(key: string): boolean {
    return this.table.delete(key);
  }

  /**
   * Lays the values over the customer; attributes that are not listed keep their value, an empty one is cleared. The change time
   * moves as the database would move it, unless it is given.
   */
  save(before: Customer, values: Entity): Customer {
    const { addresses, custom_attributes: attributes, extension_attributes: extensions, ...fields } = values;
    const merged: Customer = { ...before, ...fields, id: before.id };
    if (extensions)
      merged.extension_attributes = { ...(before.extension_attributes as Entity), ...(extensions as Entity) };
    if (Array.isArray(attributes))
      merged.custom_attributes = mergedAttributes(before.custom_attributes ?? [], attributes);
    if (Array.isArray(addresses)) Object.assign(merged, this.#withAddresses(merged, addresses));
    const rowChanged = Object.keys(merged).some(name => !otherTables.has(name) && !same(merged[name], before[name]));
    if (values.updated_at === undefined && rowChanged) merged.updated_at = timestamp(this.#clock.now());
    this.table.set(merged);
    return merged;
  }

  /** Another account of the same website with this e-mail address. */
  namesake({ id, email, website_id: website }: Customer): boolean {
    const of = (customer: Customer) => customer.email.toLowerCase();
    for (const other of this.table.having('email', of, email.toLowerCase())) {
      if (other.id !== id && other.website_id === website) return true;
    }
    return false;
  }

  column(field: string): Column<Customer> | undefined {
    if (field === 'entity_id') return { type: 'integer', of: customer => customer.id };
    const joined = billingFields[field];
    if (joined !== undefined) return { type: 'text', of: customer => billingValue(customer, joined) };
    if (hiddenColumns.some(hidden => hidden === field)) {
      return { type: 'integer', of: customer => (customer[field] ?? 1) as Value };
    }
    if (this.#attributes.has(field)) return { type: 'text', of: customer => attributeValue(customer, field) };
    const type = Object.entries(customerFields).find(([name]) => name === field && name !== 'id')?.[1];
    if (type !== 'integer' && type !== 'string') return undefined;
    return {
      type: type === 'integer' ? 'integer' : times.has(field) ? 'time' : 'text',
      of: customer => (customer[field] ?? null) as Value,
    };
  }

  /** An entity as it comes, with what every row has. */
  #complete(entity: Entity): Customer {
    const id = entity.id ?? this.#lastId + 1;
    if (typeof id !== 'number' || typeof entity.email !== 'string')
      throw new BadEntity('customers: id or email is missing');
    const now = timestamp(this.#clock.now());
    const { addresses = [], ...fields } = entity;
    const customer = {
      id,
      group_id: 1,
      website_id: 1,
      store_id: 1,
      created_at: now,
      updated_at: now,
      disable_auto_group_change: 0,
      ...fields,
    };
    this.#lastId = Math.max(this.#lastId, id);
    for (const { attribute_code: code } of (fields.custom_attributes ?? []) as { attribute_code: string }[])
      this.#attributes.add(code);
    const complete = { ...customer, id, addresses: [] } as unknown as Customer;
    return { ...complete, ...this.#withAddresses(complete, addresses as Entity[]) };
  }

  #withAddresses(customer: Customer, sent: readonly Entity[]): Pick<Customer, 'addresses'> & Entity {
    for (const { id } of sent) if (typeof id === 'number') this.#lastAddressId = Math.max(this.#lastAddressId, id);
    return mergedAddresses(customer, sent, () => {
      this.#lastAddressId += 1;
      return this.#lastAddressId;
    });
  }
}

export function billingAddress(customer: Customer, pointer: (typeof pointers)[number]): Address | undefined {
  return customer.addresses.find(({ id }) => String(id) === customer[pointer]);
}

function billingValue(customer: Customer, field: string): Value {
  const value = billingAddress(customer, 'default_billing')?.[field];
  if (field === 'region') return ((value as Entity | undefined)?.region ?? null) as Value;
  return (value ?? null) as Value;
}

function attributeValue(customer: Customer, code: string): Value {
  const value = customer.custom_attributes?.find(({ attribute_code }) => attribute_code === code)?.value;
  return value === undefined || value === null ? null : String(value);
}

function mergedAttributes(before: readonly Attribute[], sent: readonly Attribute[]): Attribute[] {
  const values = new Map([...before, ...sent].map(({ attribute_code, value }) => [attribute_code, value]));
  return [...values].filter(([, value]) => value !== '').map(([attribute_code, value]) => ({ attribute_code, value }));
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
