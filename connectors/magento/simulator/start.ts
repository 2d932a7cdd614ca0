/** Starts the simulated shop. */
import { z } from 'zod';
import { Clock } from '../../../test/servers/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../test/servers/simulator.ts';
import { magento } from './magento.ts';
import { Shop, type ShopSettings, standardSettings } from './shop.ts';

export interface MagentoOptions extends SimulatorOptions, Partial<Omit<ShopSettings, 'credentials'>> {
  /** All four values; default: the placeholders of `examples/`. */
  credentials?: unknown;
}

export interface MagentoSimulator extends Simulator {
  shop: Shop;
}

const credentialsSchema = z.object({
  consumerKey: z.string(),
  consumerSecret: z.string(),
  accessToken: z.string(),
  accessTokenSecret: z.string(),
});

/** `url` is scheme, host and port; the API is below `/rest`. */
export async function startMagento(options: MagentoOptions = {}): Promise<MagentoSimulator> {
  const { host, port, controlPort, tls, credentials, ...settings } = options;
  const clock = new Clock();
  const checked = credentials === undefined ? standardSettings.credentials : credentialsSchema.parse(credentials);
  const shop = new Shop({ ...standardSettings, ...settings, credentials: checked }, clock);
  const simulator = await startSimulator(magento(shop), clock, { host, port, controlPort, tls });
  return { ...simulator, shop };
}
