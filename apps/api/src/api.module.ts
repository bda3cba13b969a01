import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyInstance } from 'fastify';
import { Health, Metrics } from '@chargestream/service-kit';
import { serveHealthAndMetrics } from '@chargestream/service-runtime';
import { createAuthenticator } from './auth/authenticator';
import { mercuriusOptions } from './graphql/mercurius-options';
import { RESOLVERS } from './graphql/resolvers';
import { serveGraphiqlAssets } from './http/graphiql';
import { IntentClient } from './intents/intent-client';
import { IntentSender } from './intents/intent-sender';
import { API_OPTIONS, type ApiOptions } from './options';
import { serveUploads } from './http/serve-uploads';
import { Uploads } from './uploads/uploads';
import { UpdateFeed } from './updates/update-feed';

const INTENT_TIMEOUT_MS = 10_000;
const CLOSE_IDLE_EVERY_MS = 50;

/** GraphQL over HTTP and graphql-ws at `/graphql`, on Nest's Fastify. */
@Module({})
export class ApiModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(UpdateFeed) private readonly feed: UpdateFeed,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** @throws Error with a sentence when the settings would leave the API open to the network. */
  static register(options: ApiOptions): DynamicModule {
    const { bus, readModel, settings, logger } = options;
    const source = `/api/${settings.instanceId}`;
    const feed = new UpdateFeed(bus, `api.${settings.instanceId}`, logger);
    const client = new IntentClient(bus, feed, readModel, source, options.intentTimeoutMs ?? INTENT_TIMEOUT_MS);
    const intents = new IntentSender(client, options);
    return {
      module: ApiModule,
      imports: [GraphQLModule.forRoot<MercuriusDriverConfig>(mercuriusOptions(options, createAuthenticator(settings)))],
      providers: [
        { provide: API_OPTIONS, useValue: options },
        { provide: UpdateFeed, useValue: feed },
        { provide: IntentSender, useValue: intents },
        { provide: Uploads, useValue: new Uploads(options, intents) },
        ...RESOLVERS,
      ],
    };
  }

  async onModuleInit(): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const { settings, health = new Health(), metrics = new Metrics() } = this.options;
    serveHealthAndMetrics(fastify, health, metrics);
    const { logger } = this.options;
    const authenticate = createAuthenticator(settings);
    serveUploads(fastify, { uploads: this.uploads, authenticate, settings, logger });
    if (settings.graphiql) serveGraphiqlAssets(fastify);
    await this.feed.start();
  }

  /** Nest closes the server next, with the connections that are idle then; one that is just being answered would stay. */
  beforeApplicationShutdown(): void {
    const { server } = this.host.httpAdapter.getInstance<FastifyInstance>();
    const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS).unref();
    server.once('close', () => clearInterval(closing));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed.close();
  }
}
