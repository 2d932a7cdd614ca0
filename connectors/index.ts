/** The catalogue of systems: one entry each, the facts at once and the code on demand. */
import type { ConnectorFacts, ConnectorModule } from './contract.ts';
import { magento } from './magento/facts.ts';
import { sage300 } from './sage300/facts.ts';

export interface CatalogueEntry {
  facts: ConnectorFacts;
  load: () => Promise<ConnectorModule>;
}

export const catalogue = {
  magento: { facts: magento, load: async () => (await import('./magento/index.ts')).connector },
  sage300: { facts: sage300, load: async () => (await import('./sage300/index.ts')).connector },
} satisfies Record<string, CatalogueEntry>;

export type System = keyof typeof catalogue;
