import type { WebSocket } from 'ws';
import { RpcPeer, type CallOutcome, type FrameInfo, type InboundCall, type OcppError } from '@chargestream/ocpp';
import type { CommandRunner } from '../commands/command-runner';
import { ConnectionMemory } from '../handlers/connection-memory';
import type { ConnectionIdentity } from '../handlers/handler';
import { GivenSecrets } from './given-secrets';

export interface LiveConnectionOptions {
  identity: ConnectionIdentity;
  key: string;
  socket: WebSocket;
  remoteAddress: string | null;
  /** 0 to 3. */
  securityProfile: number;
  mode: 'strict' | 'lenient';
  callTimeoutMs: number;
  onCall: (connection: LiveConnection, call: InboundCall) => CallOutcome | Promise<CallOutcome>;
  onInvalidCall: (
    connection: LiveConnection,
    call: InboundCall,
    error: OcppError,
  ) => CallOutcome | Promise<CallOutcome> | null;
  /** Asked before each CALL is handled. True holds the connection until `release`. */
  mustWait: (connection: LiveConnection) => boolean;
  onFrame: (connection: LiveConnection, frame: FrameInfo) => void;
  onClose: (connection: LiveConnection, code: number, reason: string) => void;
  /** Told of bugs that concern this connection and no message. */
  onError: (error: unknown) => void;
}

/** How long the other side may take to answer a close. */
const CLOSE_WITHIN_MS = 2_000;

/** One charger's socket with its RPC peer. Direct dispatch: a frame goes from the socket to the peer to the handler. */
export class LiveConnection {
  readonly identity: ConnectionIdentity;
  readonly key: string;
  readonly remoteAddress: string | null;
  readonly securityProfile: number;
  readonly memory = new ConnectionMemory();
  readonly secrets = new GivenSecrets();
  readonly peer: RpcPeer;
  /** Set by the connections' owner once the connection is in place. */
  commands: CommandRunner | null = null;
  private readonly socket: WebSocket;
  private reading = true;
  private heardSincePing = true;
  private heldSincePing = false;
  private readonly commandIds = new Map<string, string>();
  private readonly otherEpochs = new Set<number>();
  private closeDeadline: NodeJS.Timeout | null = null;

  constructor(options: LiveConnectionOptions) {
    const { identity, socket } = options;
    this.identity = identity;
    this.key = options.key;
    this.remoteAddress = options.remoteAddress;
    this.securityProfile = options.securityProfile;
    this.socket = socket;
    this.peer = new RpcPeer({
      version: identity.version,
      mode: options.mode,
      role: 'CSMS',
      callTimeoutMs: options.callTimeoutMs,
      socket: {
        send: (text, done) => socket.send(text, done),
        close: (code, reason) => this.close(code, reason),
        pause: () => {
          if (this.isOpen) socket.pause(); // a closing one waits for the other side's close
        },
        resume: () => socket.resume(),
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
      },
      onCall: (call) => options.onCall(this, call),
      onInvalidCall: (call, error) => options.onInvalidCall(this, call, error),
      mustWait: () => {
        const held = options.mustWait(this);
        if (held) this.heldSincePing = true;
        return held;
      },
      onListenerError: options.onError,
      onFrame: (frame) => options.onFrame(this, frame),
      onProtocolViolation: (violation) => {
        // OCPP-J is text; RFC 6455 §7.4.1 has 1003 for who gets data it cannot accept.
        if (violation === 'BinaryFrame') this.close(1003, 'OCPP messages are text frames');
      },
    });
    socket.on('message', (data, isBinary) => {
      if (!this.reading) return;
      this.heardSincePing = true;
      this.peer.receive(data as Buffer, isBinary);
    });
    socket.on('pong', () => (this.heardSincePing = true));
    socket.on('ping', () => (this.heardSincePing = true));
    // The close that follows says all that is to be said; without a listener an error would end the process.
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      if (this.closeDeadline) clearTimeout(this.closeDeadline);
      this.commands?.giveBackQueued();
      options.onClose(this, code, reason.toString('utf8'));
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Whether a command for the connection with this epoch is for this one. */
  hasEpoch(epoch: number): boolean {
    return epoch === this.identity.epoch || this.otherEpochs.has(epoch);
  }

  /** Its record came again, at this offset. */
  alsoKnownBy(epoch: number): void {
    this.otherEpochs.add(epoch);
  }

  /** Until the function returned is called, frames with this messageId belong to the command. */
  callsFor(commandId: string, messageId: string): () => void {
    this.commandIds.set(messageId, commandId);
    return () => this.commandIds.delete(messageId);
  }

  /** The command whose CALL has this messageId. */
  commandOf(messageId: string): string | null {
    return this.commandIds.get(messageId) ?? null;
  }

  /** Frames that arrive from here on are left unanswered: the charger sends them again on its next connection. */
  stopReading(): void {
    this.reading = false;
  }

  close(code: number, reason: string): void {
    this.stopReading();
    if (this.isOpen) {
      this.socket.close(code, reason);
      // A link that is dead takes the close to nowhere.
      this.closeDeadline = setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref();
    }
    this.commands?.giveBackQueued();
    this.socket.resume(); // a paused socket would never see the other side's close
  }

  terminate(): void {
    this.stopReading();
    this.socket.terminate();
  }

  /** Handles what had to wait, and reads on. */
  release(): void {
    this.peer.release();
  }

  /**
   * Half-open detection: what has been silent since the last ping is gone. While it was held it was not silent, we did not listen:
   * it has until the next ping. @returns false when it was gone.
   */
  ping(): boolean {
    if (!this.heardSincePing && !this.heldSincePing) {
      this.terminate();
      return false;
    }
    this.heardSincePing = false;
    this.heldSincePing = this.peer.isHeld;
    if (this.isOpen) this.socket.ping();
    return true;
  }
}
