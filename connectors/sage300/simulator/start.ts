/** Starts the simulated Sage 300. */
import { z } from 'zod';
import { Clock } from '../../../test/servers/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../test/servers/simulator.ts';
import { Company, type CompanySettings, standardSettings } from './company.ts';
import { sage300 } from './sage300.ts';

export interface Sage300Options extends SimulatorOptions, Partial<Omit<CompanySettings, 'credentials'>> {
  /** User and password; default: the placeholders of `examples/`. */
  credentials?: unknown;
}

export interface Sage300Simulator extends Simulator {
  company: Company;
}

const credentialsSchema = z.object({ username: z.string(), password: z.string() });

/** `url` is scheme, host and port; the API is below `/Sage300WebApi/v1.0/-/SAMLTD`. */
export async function startSage300(options: Sage300Options = {}): Promise<Sage300Simulator> {
  const { host, port, controlPort, tls, credentials, ...settings } = options;
  const clock = new Clock();
  const checked = credentials === undefined ? standardSettings.credentials : credentialsSchema.parse(credentials);
  const company = new Company({ ...standardSettings, ...settings, credentials: checked }, clock);
  const simulator = await startSimulator(sage300(company), clock, { host, port, controlPort, tls });
  return { ...simulator, company };
}
