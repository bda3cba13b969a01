import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/**
 * Free ports below the range from which the system takes the local end of connections (32768 and up on Linux): a client
 * that tries again and again to reach a broker that is down must not get connected to itself, nor take the broker's port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(12_000, 32_000);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
