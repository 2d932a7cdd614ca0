/** Starts the one sandbox of a test run, with a namespace for each journey; `teardown.ts` ends it. */
import { placesOf } from '../../sandbox/places.ts';
import { up } from '../../sandbox/up.ts';

/** One for each journey, so that no ledger, link or watermark of one is seen by another. */
const namespaces = ['example', 'input', 'killed', 'many', 'quiet', 'tick'];

export default async function setup(): Promise<void> {
  const name = `test-${process.pid}`;
  process.env.SUPERCARGO_SANDBOX_NAME = name;
  process.env.SUPERCARGO_SANDBOX_FILE = placesOf(name).sandboxJson;
  await up({ name, empty: true, relistSeconds: 20, namespaces });
}
