/**
 * A customer as the shop keeps it. Field types: definition `customer-data-customer-interface` and `customer-data-address-interface`
 * of Adobe's published OpenAPI for 2.4.9 (AdobeDocs/commerce-webapi, src/openapi/admin-schema-2.4.9.yaml, Apache-2.0).
 */
import type { Entity } from '../../../test/servers/collection.ts';

export type FieldType = 'integer' | 'string' | 'boolean' | 'strings' | 'object' | 'list';

export const customerFields = {
  id: 'integer',
  group_id: 'integer',
  default_billing: 'string',
  default_shipping: 'string',
  confirmation: 'string',
  created_at: 'string',
  updated_at: 'string',
  created_in: 'string',
  dob: 'string',
  email: 'string',
  firstname: 'string',
  lastname: 'string',
  middlename: 'string',
  prefix: 'string',
  suffix: 'string',
  gender: 'integer',
  store_id: 'integer',
  taxvat: 'string',
  website_id: 'integer',
  addresses: 'list',
  disable_auto_group_change: 'integer',
  extension_attributes: 'object',
  custom_attributes: 'list',
} as const satisfies Record<string, FieldType>;

export const addressFields = {
  id: 'integer',
  customer_id: 'integer',
  region: 'object',
  region_id: 'integer',
  country_id: 'string',
  street: 'strings',
  company: 'string',
  telephone: 'string',
  fax: 'string',
  postcode: 'string',
  city: 'string',
  firstname: 'string',
  lastname: 'string',
  middlename: 'string',
  prefix: 'string',
  suffix: 'string',
  vat_id: 'string',
  default_shipping: 'boolean',
  default_billing: 'boolean',
  extension_attributes: 'object',
  custom_attributes: 'list',
} as const satisfies Record<string, FieldType>;

/** Columns of `customer_entity` that the REST record does not show but a search may filter by. */
export const hiddenColumns = ['is_active'] as const;

export interface Attribute {
  attribute_code: string;
  value: unknown;
}

export interface Address extends Entity {
  id: number;
}

export interface Customer extends Entity {
  id: number;
  email: string;
  website_id: number;
  updated_at: string;
  addresses: Address[];
  custom_attributes?: Attribute[];
}

export const pointers = ['default_billing', 'default_shipping'] as const;

/** Without what PHP leaves out: fields that are null, flags that are false. */
function shownCustomer(customer: Customer): Entity {
  const shown: Entity = {};
  for (const [name, value] of Object.entries(customer)) {
    if (value === null || value === undefined || hiddenColumns.some(hidden => hidden === name)) continue;
    shown[name] = name === 'addresses' ? customer.addresses.map(address => shownAddress(address, customer)) : value;
  }
  return shown;
}

/** A list leaves out what only the single GET adds: the newsletter flag. */
export function shownInList(customer: Customer): Entity {
  const { extension_attributes: extensions, ...shown } = shownCustomer(customer);
  if (typeof extensions !== 'object' || extensions === null) return shown;
  const { is_subscribed: _, ...rest } = extensions as Entity;
  return Object.keys(rest).length > 0 ? { ...shown, extension_attributes: rest } : shown;
}

export function shownAlone(customer: Customer): Entity {
  const shown = shownCustomer(customer);
  return {
    ...shown,
    extension_attributes: { is_subscribed: false, ...(shown.extension_attributes as Entity | undefined) },
  };
}

function shownAddress(address: Address, customer: Customer): Entity {
  const shown: Entity = {};
  for (const [name, value] of Object.entries(address)) {
    if (value !== null && value !== undefined && value !== false) shown[name] = value;
  }
  for (const pointer of pointers) if (String(address.id) === customer[pointer]) shown[pointer] = true;
  return shown;
}
