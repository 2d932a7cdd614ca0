import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** For tests: a line to a server that can be cut and can fall silent, as real lines do. */
export class CutLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(target: URL) {
    this.#server = createServer(near => this.#join(near, connect(Number(target.port), target.hostname)));
  }

  static async to(target: URL): Promise<CutLine> {
    const line = new CutLine(target);
    await new Promise<void>(resolve => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): URL {
    return new URL(`https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** Every connection breaks off; new ones work. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections there are stay open and carry nothing any more; new ones work. */
  silence(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Until told otherwise, new connections carry nothing either. */
  set isDead(isDead: boolean) {
    this.#isSilent = isDead;
    if (isDead) this.silence();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (!this.#isSilent) near.pipe(far).pipe(near);
  }
}
