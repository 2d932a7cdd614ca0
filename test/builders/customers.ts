/** Customers of the shop and of the books, with sensible defaults; a test states only what matters to it. */
import type { Entity, Systems } from './worker.ts';

/** Magento's spelling of a time that many seconds ago. */
export const ago = (seconds: number) =>
  new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

export const shopCustomer = (id: number, fields: Entity = {}): Entity => ({
  id,
  group_id: 1,
  website_id: 1,
  store_id: 1,
  created_in: 'Default Store View',
  email: `customer-${id}@example.test`,
  firstname: `Given${id}`,
  lastname: `Family${id}`,
  created_at: '2025-01-01 00:00:00',
  updated_at: ago(60),
  disable_auto_group_change: 0,
  addresses: [],
  ...fields,
});

/** Number C<id>: the counterpart, as it stood before. */
export const booksCustomer = (id: number, fields: Entity = {}): Entity => ({
  CustomerNumber: `C${id}`,
  ShortName: `C${id}`,
  CustomerName: `Before ${id}`,
  GroupCode: 'STAFF',
  TaxGroup: 'EXEMPT',
  Email: `customer-${id}@example.test`,
  ...fields,
});

/** Groups and tax classes of both systems, and the given customers. */
export async function seed({ magento, sage300 }: Systems, shop: Entity[], books: Entity[]): Promise<void> {
  await Promise.all([magento.reset(), sage300.reset()]);
  await magento.seed('taxClasses', [{ class_id: 3, class_name: 'Retail Customer', class_type: 'CUSTOMER' }]);
  await magento.seed('customerGroups', [
    { id: 1, code: 'General', tax_class_id: 3 },
    { id: 2, code: 'Wholesale', tax_class_id: 3 },
    { id: 3, code: 'VIP', tax_class_id: 3 },
  ]);
  await magento.seed('customers', shop);
  await sage300.seed('ARCustomerGroups', [
    { GroupCode: 'RETAIL', Status: 'Active' },
    { GroupCode: 'WHOL', Status: 'Active' },
    { GroupCode: 'STAFF', Status: 'Active' },
  ]);
  await sage300.seed('TXTaxGroups', [{ TaxGroupKey: 'GSTON' }, { TaxGroupKey: 'EXEMPT' }]);
  await sage300.seed('ARCustomers', books);
}
