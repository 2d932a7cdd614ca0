/** How an answer reaches the wire: whole, or the way a fault wants it. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange.ts';

export function send(response: ServerResponse, answer: Answer, date: string): void {
  const body = answer.body ?? '';
  begin(response, answer, date);
  response.end(body);
}

/** Promises the whole body, sends half of it and hangs up; of an answer without a body nothing is sent. */
export function sendTruncated(response: ServerResponse, answer: Answer, date: string): void {
  const body = Buffer.from(answer.body ?? '');
  const hangUp = () => response.socket?.destroy();
  if (body.length < 2) {
    hangUp();
    return;
  }
  begin(response, answer, date);
  response.write(body.subarray(0, Math.floor(body.length / 2)), hangUp);
}

/** One byte every `ms`, until all are sent or the client has gone. */
export async function sendDripping(response: ServerResponse, answer: Answer, date: string, ms: number): Promise<void> {
  const body = Buffer.from(answer.body ?? '');
  begin(response, answer, date);
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await sleep(ms);
  }
  response.end();
}

function begin(response: ServerResponse, answer: Answer, date: string): void {
  response.sendDate = false;
  const length = Buffer.byteLength(answer.body ?? '');
  const withLength = answer.status === 204 || answer.status === 304 ? {} : { 'content-length': length };
  response.writeHead(answer.status, { date, ...withLength, ...answer.headers });
}
