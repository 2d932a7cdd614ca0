/** Pairs of entities: which of the destination belongs to which of the source. One to one. */
import type { Found, Key } from '../../connectors/contract.ts';
import type { Sql } from './database.ts';
import { type Place, parameters } from './place.ts';

/**
 * Keeps what a search found, each key with one id, and returns the ids that the keys are linked to. A key that is missing in the answer
 * could not be linked: its entity of the destination belongs to another record.
 */
export async function saveLinks(sql: Sql, place: Place, pairs: Found[]): Promise<Map<Key, string>> {
  if (pairs.length === 0) return new Map();
  const link = parameters(place).slice(3);
  await sql(
    `INSERT INTO link (source_connection, destination_connection, entity, source_key, destination_id)
     SELECT $1, $2, $3, key, id FROM jsonb_to_recordset($4::jsonb) AS p(key text, id text)
     ON CONFLICT DO NOTHING`,
    [...link, JSON.stringify(pairs)],
  );
  const linked = await sql<{ key: string; id: string }>(
    `SELECT source_key AS key, destination_id AS id FROM link
     WHERE source_connection = $1 AND destination_connection = $2 AND entity = $3 AND source_key = ANY($4)`,
    [...link, pairs.map(pair => pair.key)],
  );
  return new Map(linked.map(({ key, id }) => [key, id]));
}
