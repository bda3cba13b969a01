import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Hands TCP connections to one upstream after the other, and to the next when one does not take them: what a load balancer
 * does for WebSockets.
 */
export class Balancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(private readonly ports: readonly number[]) {
    this.server = createServer((socket) => this.accept(socket));
  }

  static async open(ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(downstream: Socket): void {
    this.remember(downstream);
    downstream.pause();
    this.tryUpstream(downstream, 0);
  }

  private tryUpstream(downstream: Socket, attempts: number): void {
    if (attempts >= this.ports.length || downstream.destroyed) return void downstream.destroy();
    const port = this.ports[this.next++ % this.ports.length] as number;
    const upstream = connect(port, '127.0.0.1');
    this.remember(upstream);
    const failed = () => this.tryUpstream(downstream, attempts + 1);
    upstream.once('error', failed);
    upstream.once('connect', () => {
      upstream.off('error', failed);
      upstream.on('error', () => downstream.destroy());
      downstream.on('close', () => upstream.destroy());
      upstream.on('close', () => downstream.destroy());
      downstream.pipe(upstream);
      upstream.pipe(downstream);
    });
  }

  private remember(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}
