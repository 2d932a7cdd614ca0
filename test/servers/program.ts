/** A simulator as a program: reads its arguments, says where it listens, ends on a signal. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Simulator, SimulatorOptions } from './simulator.ts';

export interface ProgramOptions extends SimulatorOptions {
  /** The file given with `--credentials`, parsed; the simulator checks it. */
  credentials?: unknown;
}

const usage = '[--host H] [--port N] [--control-port N] [--tls-cert F --tls-key F] [--credentials F.json]';

/** Prints one line of JSON on standard output, `{"url", "control"}`, when both ports answer. */
export async function runProgram(start: (options: ProgramOptions) => Promise<Simulator>): Promise<void> {
  const simulator = await start(readArguments());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  process.stdout.write(`${JSON.stringify({ url: simulator.url, control: simulator.control })}\n`);
}

function readArguments(): ProgramOptions {
  const text = { type: 'string' } as const;
  const options = {
    host: text,
    port: text,
    'control-port': text,
    'tls-cert': text,
    'tls-key': text,
    credentials: text,
  };
  try {
    const { values } = parseArgs({ options });
    const { 'tls-cert': cert, 'tls-key': key, credentials } = values;
    if ((cert === undefined) !== (key === undefined)) throw new Error('--tls-cert and --tls-key go together');
    return {
      host: values.host,
      port: port(values.port),
      controlPort: port(values['control-port']),
      tls: cert && key ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } : undefined,
      credentials: credentials ? JSON.parse(readFileSync(credentials, 'utf8')) : undefined,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nusage: main.ts ${usage}`);
    process.exit(2);
  }
}

function port(text = '0'): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65535) throw new Error(`no port: ${text}`);
  return number;
}
