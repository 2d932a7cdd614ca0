/** A simulated system on the wire: faults, limits, clock and journal around it, the control API beside it. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { controlHandler } from './control.ts';
import { send, sendDripping, sendTruncated } from './delivery.ts';
import { type Answer, type Heard, htmlAnswer, jsonAnswer } from './exchange.ts';
import { type Fault, Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { Limits } from './limits.ts';
import { type Address, type Handler, listen } from './listener.ts';
import { Masking } from './masking.ts';
import type { System } from './system.ts';

export interface SimulatorOptions extends Address {
  controlPort?: number | undefined;
}

export interface Simulator {
  /** Where the system itself answers. */
  url: string;
  /** Where the control API answers. */
  control: string;
  journal: Journal;
  faults: Faults;
  limits: Limits;
  clock: Clock;
  system: System;
  close(): Promise<void>;
}

/** Resolves when both ports answer. */
export async function startSimulator(system: System, clock: Clock, options: SimulatorOptions): Promise<Simulator> {
  const journal = new Journal(new Masking(system.secrets));
  const parts = { system, clock, journal, faults: new Faults(), limits: new Limits() };
  const carrier = new Carrier(parts);
  const serve: Handler = (request, response, reset) => {
    carrier.serve(request, { response, reset }).catch(error => {
      console.error(error);
      reset();
    });
  };
  const server = await listen(serve, options);
  const control = await listen(controlHandler({ ...parts, reset: () => carrier.reset() }), {
    port: options.controlPort,
  });
  const close = async () => {
    carrier.reset();
    await Promise.all([server.close(), control.close()]);
  };
  return { ...parts, url: server.url, control: control.url, close };
}

type Parts = Pick<Simulator, 'system' | 'clock' | 'journal' | 'faults' | 'limits'>;

/** Where an answer goes, and how to end the connection without one. */
interface Wire {
  response: ServerResponse;
  reset: () => void;
}

/** Takes each request from the wire through the system and back. */
class Carrier {
  readonly #parts: Parts;
  /** Writes of the fault `late` that have not happened yet. */
  readonly #late = new Set<NodeJS.Timeout>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  reset(): void {
    for (const timer of this.#late) clearTimeout(timer);
    this.#late.clear();
    const { system, clock, journal, faults, limits } = this.#parts;
    system.reset();
    journal.clear();
    faults.clear();
    limits.clear();
    clock.skewSeconds = 0;
  }

  async serve(request: Heard, wire: Wire): Promise<void> {
    const arrived = Date.now();
    const { journal, faults, clock } = this.#parts;
    const fault = faults.take(request);
    const instead = fault ? this.#insteadOfProcessing(fault) : undefined;
    if (fault && instead !== undefined) {
      const entry = journal.add(request, arrived, instead, fault.do);
      if (fault.do === 'late') this.#applyLater(request, fault.ms, applied => (entry.applied = applied));
      if (instead) send(wire.response, instead, clock.header());
      else wire.reset();
      return;
    }
    const answer = await this.#process(request, made => {
      const lost = fault?.do === 'reset-after';
      const entry = journal.add(request, arrived, lost ? null : made, fault?.do ?? null);
      entry.applied = made.applied ?? false;
    });
    await this.#deliver(wire, answer, fault);
  }

  /** What a fault answers without asking the system; null = nothing at all, undefined = the system is asked. */
  #insteadOfProcessing(fault: Fault): Answer | null | undefined {
    switch (fault.do) {
      case 'reset-before':
        return null;
      case 'status':
        return this.#status(fault);
      case 'html':
        return { ...htmlAnswer(fault.status ?? 200, 'Maintenance'), ...textBody(fault.body) };
      case 'late':
        return htmlAnswer(504, 'Gateway Time-out');
      default:
        return undefined;
    }
  }

  #status(fault: Fault): Answer {
    const status = fault.status ?? 500;
    const base =
      fault.body === undefined
        ? this.#parts.system.refuse(status)
        : { ...jsonAnswer(status, fault.body), ...textBody(fault.body) };
    return { ...base, status, headers: { ...base.headers, ...lowerCase(fault.headers ?? {}) } };
  }

  #applyLater(request: Heard, ms: number, done: (applied: boolean) => void): void {
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      done(this.#parts.system.answer(request).applied ?? false);
    }, ms);
    this.#late.add(timer);
  }

  /** Within the limits. `processed` runs in the same step as the system's own processing, so that the journal has its order. */
  async #process(request: Heard, processed: (answer: Answer) => void): Promise<Answer> {
    const { limits, system } = this.#parts;
    const admitted = limits.enter();
    if (admitted !== true && !(await admitted)) {
      const refused = system.refuse(429);
      processed(refused);
      return refused;
    }
    const { latencyMs, perRecordMs } = limits.settings;
    try {
      if (latencyMs > 0) await sleep(latencyMs);
      const answer = this.#answer(request);
      processed(answer);
      const more = perRecordMs * (answer.records ?? 0);
      if (more > 0) await sleep(more);
      return answer;
    } finally {
      limits.leave();
    }
  }

  /** A defect of the simulator is told as one, not as something the vendor would say. */
  #answer(request: Heard): Answer {
    try {
      return this.#parts.system.answer(request);
    } catch (error) {
      console.error(error);
      return jsonAnswer(500, { simulatorDefect: error instanceof Error ? error.message : String(error) });
    }
  }

  async #deliver({ response, reset }: Wire, answer: Answer, fault: Fault | null): Promise<void> {
    const date = this.#parts.clock.header();
    switch (fault?.do) {
      case 'reset-after':
        reset();
        return;
      case 'truncate':
        sendTruncated(response, answer, date);
        return;
      case 'drip':
        await sendDripping(response, answer, date, fault.ms);
        return;
      case 'delay':
        await sleep(fault.ms);
        send(response, answer, date);
        return;
      default:
        send(response, answer, date);
    }
  }
}

function textBody(body: unknown): { body?: string } {
  return typeof body === 'string' ? { body } : {};
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
