/** Websites, groups and views of a new shop, as the installer leaves them: one website, one group, one view, beside the admin's. */
import type { Entity } from '../../../test/servers/collection.ts';

export const standardWebsites: readonly Entity[] = [
  { id: 0, code: 'admin', name: 'Admin', default_group_id: 0 },
  { id: 1, code: 'base', name: 'Main Website', default_group_id: 1 },
];

export const standardGroups: readonly Entity[] = [
  { id: 0, website_id: 0, root_category_id: 0, default_store_id: 0, name: 'Default', code: 'default' },
  {
    id: 1,
    website_id: 1,
    root_category_id: 2,
    default_store_id: 1,
    name: 'Main Website Store',
    code: 'main_website_store',
  },
];

export const standardViews: readonly Entity[] = [
  { id: 0, code: 'admin', name: 'Admin', website_id: 0, store_group_id: 0, is_active: 1 },
  { id: 1, code: 'default', name: 'Default Store View', website_id: 1, store_group_id: 1, is_active: 1 },
];

/** Configuration of a view; a shop in London, read at this address. */
export function storeConfig(view: Entity, origin: string): Entity {
  const url = `${origin}/`;
  const [links, statics, media] = [url, `${url}static/`, `${url}media/`];
  return {
    id: view.id,
    code: view.code,
    website_id: view.website_id,
    locale: 'en_GB',
    base_currency_code: 'GBP',
    default_display_currency_code: 'GBP',
    timezone: 'Europe/London',
    weight_unit: 'kgs',
    base_url: url,
    base_link_url: links,
    base_static_url: statics,
    base_media_url: media,
    secure_base_url: url,
    secure_base_link_url: links,
    secure_base_static_url: statics,
    secure_base_media_url: media,
  };
}
