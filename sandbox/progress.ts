/** Tells people what is going on, once it takes long enough to wonder. */

/** Does the work and tells about it: nothing below two seconds, then now and then, and at the end how long it took. */
export type Progress = <T>(title: string, work: () => Promise<T>, usually?: string) => Promise<T>;

export const sayOnStderr = (line: string): void => void process.stderr.write(`${line}\n`);

const quietMs = 2_000;
const everyMs = 15_000;

export function progress(write: (line: string) => void): Progress {
  return async (title, work, usually) => {
    const begun = performance.now();
    const elapsed = () => performance.now() - begun;
    const tell = () =>
      write(`… ${title}, ${duration(elapsed())}${usually === undefined ? '' : ` (usually ${usually})`}`);
    let repeating: NodeJS.Timeout | undefined;
    const first = setTimeout(() => {
      tell();
      repeating = setInterval(tell, everyMs);
    }, quietMs);
    try {
      const result = await work();
      if (elapsed() > quietMs) write(`✓ ${title}, ${duration(elapsed())}`);
      return result;
    } finally {
      clearTimeout(first);
      clearInterval(repeating);
    }
  };
}

/** 4.2 s below a minute, 8 min 40 s above. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
