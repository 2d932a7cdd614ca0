import type { EventObject } from './event-object.ts';

/** What becomes of an occurrence: a new Event, a count on the Event that is there, or nothing yet. */
export type SeriesStep = 'create' | 'count' | 'wait';

/** The same thing, happening again and again to the same object. */
export interface Series {
  /** As it was created for the first occurrence. */
  readonly event: EventObject;
  count: number;
  lastObserved: Date;
}

interface Entry extends Series {
  /** Seconds of a clock that only grows. */
  seenAt: number;
  sentAt: number;
  sentCount: number;
}

/** Occurrences further apart than this begin a new Event. */
const windowSeconds = 6 * 60;
/** A series that goes on is written no more often than this. */
const refreshSeconds = 30 * 60;

/** Merges repeated occurrences, so that a hundred of them cost three writes. Pure: it is told what the time is. */
export class SeriesBook {
  readonly #entries = new Map<string, Entry>();

  /** `begin` makes the Event if this occurrence starts a series. */
  occurred(key: string, begin: () => EventObject, monotonic: number, now: Date): { step: SeriesStep; series: Series } {
    const known = this.#entries.get(key);
    if (known === undefined || monotonic - known.seenAt > windowSeconds) {
      const times = { lastObserved: now, seenAt: monotonic, sentAt: monotonic };
      const entry = { event: begin(), count: 1, sentCount: 1, ...times };
      this.#entries.set(key, entry);
      return { step: 'create', series: entry };
    }
    Object.assign(known, { count: known.count + 1, lastObserved: now, seenAt: monotonic });
    if (known.count > 2) return { step: 'wait', series: known };
    this.#sent(known, monotonic);
    return { step: 'count', series: known };
  }

  /** The series to be written now: those that ended with something untold, and those not written for long. */
  due(monotonic: number): Series[] {
    const due = [...this.#entries.values()].filter(entry => {
      const isOver = monotonic - entry.seenAt > windowSeconds;
      return isUntold(entry) && (isOver || monotonic - entry.sentAt >= refreshSeconds);
    });
    for (const entry of due) this.#sent(entry, monotonic);
    for (const [key, entry] of this.#entries) if (monotonic - entry.seenAt > windowSeconds) this.#entries.delete(key);
    return due;
  }

  /** Everything untold; for the end of the program. */
  rest(): Series[] {
    const rest = [...this.#entries.values()].filter(isUntold);
    this.#entries.clear();
    return rest;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  #sent(entry: Entry, monotonic: number): void {
    entry.sentCount = entry.count;
    entry.sentAt = monotonic;
  }
}

const isUntold = ({ count, sentCount }: Entry): boolean => count > sentCount;
