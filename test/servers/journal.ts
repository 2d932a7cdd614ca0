/** Every request a simulator got, in the order it processed them. */
import { createHash } from 'node:crypto';
import type { Answer, Heard } from './exchange.ts';
import type { Masking } from './masking.ts';

/** As the control API shows it. */
export interface JournalEntry {
  /** Counts from 1 in the order of processing; never used twice, also not after a reset. */
  n: number;
  /** When the request arrived, by the real clock. */
  time: string;
  method: string;
  /** Path and query, credentials masked. */
  url: string;
  /** What went out on the wire; null where nothing did. */
  status: number | null;
  /** A write changed state. After the fault `late` it turns true when the write happens. */
  applied: boolean;
  fault: string | null;
  body: unknown;
  answer: unknown;
}

/** What a text too long for the journal leaves behind. */
export interface Fingerprint {
  length: number;
  hash: string;
}

/** An entry as it is kept: texts, not yet masked. */
interface Kept {
  n: number;
  time: number;
  method: string;
  url: string;
  status: number | null;
  applied: boolean;
  fault: string | null;
  body: string | Fingerprint;
  answer: string | Fingerprint;
}

const longestAnswer = 16 * 1024;
const longestBody = 256 * 1024;

/** Beyond either bound the oldest entries are forgotten; the counts go on. */
export interface Bounds {
  entries: number;
  characters: number;
}

const standardBounds: Bounds = { entries: 500_000, characters: 256 * 1024 * 1024 };

export class Journal {
  readonly #masking: Masking;
  readonly #bounds: Bounds;
  #kept: Kept[] = [];
  /** Place of the oldest entry that still counts. */
  #head = 0;
  #characters = 0;
  #total = 0;
  #counts: Record<string, number> = {};

  constructor(masking: Masking, bounds = standardBounds) {
    this.#masking = masking;
    this.#bounds = bounds;
  }

  /** `answer` is null where nothing went out. */
  add(request: Heard, arrived: number, answer: Answer | null, fault: string | null): Kept {
    this.#total += 1;
    const status = answer?.status ?? null;
    const code = String(status ?? 'none');
    this.#counts[code] = (this.#counts[code] ?? 0) + 1;
    const entry: Kept = {
      n: this.#total,
      time: arrived,
      method: request.method,
      url: request.url,
      status,
      applied: answer?.applied ?? false,
      fault,
      body: shortened(request.body, longestBody),
      answer: shortened(answer?.body ?? '', longestAnswer),
    };
    this.#kept.push(entry);
    this.#characters += size(entry);
    this.#forget();
    return entry;
  }

  /** Requests since the start, and by status; `dropped` = no longer kept. */
  get summary(): { total: number; dropped: number; counts: Record<string, number> } {
    const dropped = (this.#kept[this.#head]?.n ?? this.#total + 1) - 1;
    return { total: this.#total, dropped, counts: { ...this.#counts } };
  }

  *entries(after = 0, limit = Number.POSITIVE_INFINITY): Generator<JournalEntry> {
    const first = this.#kept[this.#head]?.n ?? 0;
    const start = this.#head + Math.max(0, after + 1 - first);
    const end = Math.min(this.#kept.length, start + limit);
    for (const entry of this.#kept.slice(start, end)) yield this.#shown(entry);
  }

  /** Empty, but numbers go on: nobody takes an old entry for a new one. */
  clear(): void {
    this.#kept = [];
    this.#head = 0;
    this.#characters = 0;
    this.#counts = {};
  }

  #shown(entry: Kept): JournalEntry {
    const { body, answer } = entry;
    return {
      ...entry,
      time: new Date(entry.time).toISOString(),
      url: this.#masking.url(entry.url),
      body: typeof body === 'string' ? this.#masking.body(body) : body,
      answer: typeof answer === 'string' ? this.#masking.body(answer) : answer,
    };
  }

  #forget(): void {
    const { entries, characters } = this.#bounds;
    while (this.#kept.length - this.#head > entries || this.#characters > characters) {
      const oldest = this.#kept[this.#head];
      if (!oldest) return;
      this.#characters -= size(oldest);
      this.#head += 1;
    }
    if (this.#head > 1000 && this.#head > this.#kept.length / 2) {
      this.#kept = this.#kept.slice(this.#head);
      this.#head = 0;
    }
  }
}

function shortened(text: string, longest: number): string | Fingerprint {
  if (text.length <= longest && Buffer.byteLength(text) <= longest) return text;
  const hash = createHash('sha256').update(text).digest('hex');
  return { length: Buffer.byteLength(text), hash: `sha256:${hash}` };
}

function size(entry: Kept): number {
  const bodies = [entry.body, entry.answer].map(text => (typeof text === 'string' ? text.length : 100));
  return entry.url.length + bodies.reduce((sum, length) => sum + length, 0);
}
