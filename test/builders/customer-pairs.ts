/** Invented customers of a shop, each with its counterpart in the books by e-mail. */

export interface CustomerPairs {
  /** Magento customers, ids from 10,001. */
  shop: Record<string, unknown>[];
  /** Sage 300 customers G0010001 and on, known by e-mail only. */
  books: Record<string, unknown>[];
}

const start = Date.UTC(2026, 0, 1);

const magentoTime = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');

/** Three customers share each second of change, so that pages are cut in the middle of a second. */
export function customerPairs(count: number): CustomerPairs {
  const numbers = Array.from({ length: count }, (_, index) => 10_001 + index);
  return {
    shop: numbers.map((id, index) => ({
      id,
      group_id: 1,
      website_id: 1,
      store_id: 1,
      created_in: 'Default Store View',
      email: `Customer-${id}@example.com`,
      firstname: `Given${id}`,
      lastname: `Family${id}`,
      created_at: magentoTime(start),
      updated_at: magentoTime(start + Math.floor(index / 3) * 1000),
      default_billing: String(id),
      disable_auto_group_change: 0,
      addresses: [
        {
          id,
          customer_id: id,
          firstname: `Given${id}`,
          lastname: `Family${id}`,
          street: [`${index + 1} Long Street`],
          city: 'Leeds',
          postcode: 'LS1 1AA',
          country_id: 'GB',
          region: { region_code: 'West Yorkshire', region: 'West Yorkshire', region_id: 0 },
          region_id: 0,
          telephone: `0113 ${String(id).padStart(6, '0')}`,
          default_billing: true,
        },
      ],
    })),
    books: numbers.map(id => ({
      CustomerNumber: `G${String(id).padStart(7, '0')}`,
      CustomerName: `Before ${id}`,
      ShortName: `B${id}`,
      GroupCode: 'STAFF',
      TaxGroup: 'EXEMPT',
      Email: `customer-${id}@example.com`,
    })),
  };
}
