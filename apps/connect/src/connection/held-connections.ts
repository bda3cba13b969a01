import type { LiveConnection } from './live-connection';

/**
 * While too much is on its way to the bus, connections from which a CALL comes are held: it waits, and their sockets are not read.
 * Those that say nothing are not touched. Released first is who was held first.
 */
export class HeldConnections {
  private isFull = false;
  private readonly held = new Set<LiveConnection>();

  /** @param onChange told how many are held. */
  constructor(private readonly onChange: (count: number) => void) {}

  /** Whether the next CALL of this connection has to wait; if so, the connection is released later. */
  mustWait(connection: LiveConnection): boolean {
    if (!this.isFull) return false;
    this.held.add(connection);
    this.onChange(this.held.size);
    return true;
  }

  /** From now on whoever sends a CALL is held. */
  hold(): void {
    this.isFull = true;
  }

  /** Lets those go on that were held, until what they had to say makes it too much again. */
  release(): void {
    this.isFull = false;
    for (const connection of this.held) {
      this.held.delete(connection);
      connection.release();
      if (this.isFull) break;
    }
    this.onChange(this.held.size);
  }
}
