import type { IncomingMessage } from 'node:http';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { ConnectRuntime } from '../connect-runtime';
import type { OpenedConnection } from '../connection/connections';

/** Where Nest hands over an upgraded socket; from here on frames do not pass through Nest. */
@WebSocketGateway()
export class OcppGateway implements OnGatewayConnection<WebSocket> {
  constructor(private readonly runtime: ConnectRuntime) {}

  handleConnection(client: WebSocket, _request: IncomingMessage, opened: OpenedConnection): void {
    this.runtime.connections.attach(client, opened);
  }
}
