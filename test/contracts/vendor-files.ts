/** The vendors' descriptions lie beside the repository, not in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** `SUPERCARGO_SHARED`, else `shared` beside the repository. */
const folder = join(process.env.SUPERCARGO_SHARED ?? join(import.meta.dirname, '../../../shared'), 'contracts');

export function contractsAvailable(): boolean {
  return existsSync(join(folder, 'magento')) && existsSync(join(folder, 'sage300'));
}

export const contractsMissing = `${folder} is not there: the vendors' descriptions lie outside the repository (SUPERCARGO_SHARED names another place)`;

/** Text of a file below `contracts/`, unpacked where its name ends in .gz. */
export function vendorText(path: string): string {
  if (!contractsAvailable()) throw new Error(contractsMissing);
  const bytes = readFileSync(join(folder, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export function vendorJson(path: string): unknown {
  return JSON.parse(vendorText(path));
}
