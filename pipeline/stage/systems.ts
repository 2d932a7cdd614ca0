/** Which system a connection's name stands for. Links and watermarks are about that system and about no other. */
import type { ConnectionSettings } from '../../crds/plan.ts';
import type { Sql } from './database.ts';

type System = Pick<ConnectionSettings, 'name' | 'fingerprint' | 'sameSystemAs'>;

/** The fingerprint the name had before, where it is another one that the user did not declare to be the same; else null. */
export async function changedSystem(sql: Sql, { name, fingerprint, sameSystemAs }: System): Promise<string | null> {
  await sql('INSERT INTO connection (name, fingerprint) VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, fingerprint]);
  const [kept] = await sql<{ fingerprint: string }>('SELECT fingerprint FROM connection WHERE name = $1 FOR UPDATE', [
    name,
  ]);
  const before = kept?.fingerprint ?? fingerprint;
  if (before === fingerprint) return null;
  if (before !== sameSystemAs) return before;
  await sql('UPDATE connection SET fingerprint = $2 WHERE name = $1', [name, fingerprint]);
  return null;
}
