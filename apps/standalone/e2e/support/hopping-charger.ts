import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Random } from '@chargestream/charger-sim';

type Frame = [number, string, ...unknown[]];

/** What a charger saw and what it was promised. */
export interface Journal {
  /** The `data` of every DataTransfer that came, in order: one for each command. */
  received: string[];
  /** How many of its own numbered messages were answered. */
  acknowledged: number;
}

/**
 * A 1.6 charger that says 1, 2, 3… and repeats what was not answered, while it hops between servers: it hangs up, is cut off, or
 * dials elsewhere without hanging up. Commands it answers, ignores, or takes with it when it hops.
 */
export class HoppingCharger {
  readonly journal: Journal = { received: [], acknowledged: 0 };
  readonly sockets = new Set<WebSocket>();
  private current: WebSocket | null = null;
  private stopping = false;

  constructor(
    readonly id: string,
    private readonly ports: readonly number[],
    private readonly random: Random,
  ) {}

  /** Hops until it is told to stop, and then stays connected. */
  async run(): Promise<void> {
    while (!this.stopping) {
      await this.dial();
      const stayUntil = this.journal.acknowledged + this.random.integer(0, 6);
      while (!this.stopping && this.journal.acknowledged < stayUntil && (await this.say()));
      if (this.random.chance(0.5)) await pause(this.random.integer(0, 60));
      if (!this.stopping) this.leave();
    }
    while (!(await this.say())) await this.dial();
  }

  stop(): void {
    this.stopping = true;
  }

  terminate(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  private async dial(): Promise<void> {
    for (;;) {
      const socket = new WebSocket(`ws://127.0.0.1:${this.random.pick(this.ports)}/ocpp/${this.id}`, ['ocpp1.6']);
      socket.on('error', () => undefined);
      const opened = await Promise.race([
        once(socket, 'open').then(() => true),
        once(socket, 'close').then(() => false),
      ]).catch(() => false);
      if (!opened) continue;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data) => this.heard(socket, JSON.parse(data.toString()) as Frame));
      this.current = socket;
      return;
    }
  }

  /** @returns whether it was answered before the line broke. */
  private async say(): Promise<boolean> {
    const socket = this.current;
    if (socket?.readyState !== WebSocket.OPEN) return false;
    const number = this.journal.acknowledged + 1;
    const id = `${number}-${this.random.integer(0, 1e9)}`;
    const answered = new Promise<boolean>((resolve) => {
      socket.on('message', (data) => {
        const [type, messageId] = JSON.parse(data.toString()) as Frame;
        if (messageId === id) resolve(type === 3);
      });
      socket.once('close', () => resolve(false));
    });
    socket.send(JSON.stringify([2, id, 'DataTransfer', { vendorId: 'fuzz', messageId: 'n', data: String(number) }]));
    if (!(await answered)) return false;
    this.journal.acknowledged = number;
    return true;
  }

  private heard(socket: WebSocket, [type, id, action, payload]: Frame): void {
    if (type !== 2) return;
    if (action === 'DataTransfer') this.journal.received.push((payload as { data: string }).data);
    if (this.random.chance(0.1)) return; // says nothing: the command times out
    if (this.random.chance(0.1)) return socket.terminate(); // takes it along
    socket.send(JSON.stringify([3, id, { status: 'Accepted' }]));
  }

  private leave(): void {
    const how = this.random.next();
    if (how < 0.4) this.current?.terminate();
    else if (how < 0.7) this.current?.close(1000);
    // else it dials again and leaves the old line to the server.
  }
}
