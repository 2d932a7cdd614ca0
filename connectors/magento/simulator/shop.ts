/** Everything the simulated shop knows. */

import type { Clock } from '../../../test/servers/clock.ts';
import type { Collection } from '../../../test/servers/collection.ts';
import { Customers } from './customers.ts';
import { Listing } from './listing.ts';
import { Nonces } from './nonces.ts';
import { standardGroups, standardViews, standardWebsites } from './store-layout.ts';

interface Credentials {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** What a merchant decides; everything has the value of a shop that a connector finds in practice. */
export interface ShopSettings {
  credentials: Credentials;
  /** "Allow OAuth Access Tokens to be used as standalone Bearer tokens". */
  bearer: boolean;
  /** Resources the integration may use; null = all. */
  permissions: readonly string[] | null;
  /** Codes of the customer attributes the merchant made. */
  customAttributes: readonly string[];
  /** Answers as 2.4.7 did when `addresses` lacks a default address (issue 38878, mended in 2.4.7-p4). */
  refusesMissingDefault: boolean;
}

/** Placeholders of `examples/`, no secrets. */
export const standardSettings: ShopSettings = {
  credentials: {
    consumerKey: 'example-consumer-key',
    consumerSecret: 'example-consumer-secret',
    accessToken: 'example-access-token',
    accessTokenSecret: 'example-access-token-secret',
  },
  bearer: true,
  permissions: null,
  customAttributes: ['erp_number'],
  refusesMissingDefault: false,
};

export class Shop {
  readonly settings: ShopSettings;
  readonly clock: Clock;
  readonly customers: Customers;
  readonly nonces = new Nonces();

  readonly taxClasses = new Listing({
    name: 'taxClasses',
    key: 'class_id',
    fields: { class_id: 'integer', class_name: 'text', class_type: 'text' },
  });

  readonly customerGroups: Listing = new Listing({
    name: 'customerGroups',
    key: 'id',
    fields: { id: 'integer', code: 'text', tax_class_id: 'integer', tax_class_name: 'text' },
    shown: group => {
      const name = this.taxClasses.get(group.tax_class_id)?.class_name;
      return name === undefined || group.tax_class_name !== undefined ? group : { ...group, tax_class_name: name };
    },
  });

  readonly websites = new Listing({ name: 'websites', key: 'id', fields: {}, standard: standardWebsites });
  readonly storeGroups = new Listing({ name: 'storeGroups', key: 'id', fields: {}, standard: standardGroups });
  readonly storeViews = new Listing({ name: 'storeViews', key: 'id', fields: {}, standard: standardViews });

  /** What the control API offers; another stream adds its collection here and its routes in `routes.ts`. */
  readonly collections: readonly Collection[];

  constructor(settings: ShopSettings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.customers = new Customers(clock, settings.customAttributes);
    const layout = [this.websites, this.storeGroups, this.storeViews];
    this.collections = [this.customers, this.customerGroups, this.taxClasses, ...layout];
  }

  reset(): void {
    this.nonces.clear();
    this.customers.reset();
    for (const listing of [this.customerGroups, this.taxClasses, this.websites, this.storeGroups, this.storeViews])
      listing.reset();
  }

  /** Whether a URL's first segment names a store; anything else is taken for part of the route. */
  hasStore(code: string): boolean {
    if (code === 'all' || code === 'default') return true;
    for (const view of this.storeViews.table.values()) if (view.code === code) return true;
    return false;
  }
}
