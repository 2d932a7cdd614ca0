/** What a simulated system is to the server that carries it. */
import type { Collection } from './collection.ts';
import type { Answer, Heard } from './exchange.ts';

export interface System {
  /** For messages: `magento`, `sage300`. */
  name: string;
  /** Processes one request in one step: nothing else happens between reading and changing state. */
  answer(request: Heard): Answer;
  /** The system's own words for a status that it did not come to by itself: a limit, a fault. */
  refuse(status: number): Answer;
  collections: readonly Collection[];
  /** Values that never appear in the journal. */
  secrets: readonly string[];
  /** Back to the state of the first start. */
  reset(): void;
}
