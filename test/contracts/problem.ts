/** One place where an exchange differs from the vendor's description. */
export interface Problem {
  /** The entry's number in its journal. */
  n: number;
  /** Who is wrong: the client that asked, or the simulator that answered. */
  side: 'request' | 'answer';
  /** Verb and address. */
  exchange: string;
  message: string;
}

/** What a check of one exchange finds, before it knows where it stands. */
export interface Finding {
  side: Problem['side'];
  message: string;
}

export function request(message: string): Finding {
  return { side: 'request', message };
}

export function answer(message: string): Finding {
  return { side: 'answer', message };
}
