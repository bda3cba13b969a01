import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, validate, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { hasCredentials, type Authenticate } from '../auth/authenticator';
import { ApiError } from '../errors/api-error';
import { publicErrors } from '../errors/public-errors';
import { GRAPHIQL_PAGE, wantsPage } from '../http/graphiql';
import { isUpgrade, refusalOf } from '../http/request-guard';
import type { ApiOptions } from '../options';
import { createLoaders, type ApiContext } from './context';
import { limitsRule } from './limits';

const MAX_TOKENS = 4_000;
/**
 * graphql-jit stays off: what it compiles parses a JSON literal without the operation's variables, so that
 * `payload: { data: $v }` would lose `data` from the second run on.
 */
const JIT_OFF = 0;

/** Mercurius as we want it: authenticated, limited, with errors of the closed list on every transport. */
export function mercuriusOptions(options: ApiOptions, authenticate: Authenticate): MercuriusDriverConfig {
  const { logger, readModel } = options;
  const contextFor = async (source: Record<string, unknown>): Promise<ApiContext> => {
    const caller = await authenticate(source);
    return { caller, loaders: createLoaders(readModel, caller.tenantId) };
  };
  const contexts = new WeakMap<FastifyRequest, ApiContext>();
  return {
    driver: MercuriusDriver,
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    jit: JIT_OFF,
    graphiql: false,
    ide: false,
    allowBatchedQueries: false,
    validationRules: [limitsRule],
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
    context: (request: FastifyRequest) => contexts.get(request),
    additionalRouteOptions: {
      // Before mercurius: when its context function throws, so does its error handler.
      preParsing: async (request: FastifyRequest, reply: FastifyReply) => {
        if (await refused(request, reply, options)) return reply;
        if (isUpgrade(request)) return;
        try {
          contexts.set(request, await contextFor(request.headers));
        } catch (error) {
          const status = error instanceof ApiError ? error.statusCode : 500;
          return reply.code(status).send({ data: null, errors: publicErrors([error as Error], logger) });
        }
      },
    } as never,
    errorFormatter: (execution: ExecutionResult & { statusCode?: number }) => {
      const errors = publicErrors(execution.errors ?? [], logger);
      return { statusCode: statusOf(execution), response: { data: execution.data ?? null, errors } as never };
    },
    hooks: {
      // Operations over WebSocket do not pass the errorFormatter.
      onResolution: async (execution: ExecutionResult) => {
        if (execution.errors === undefined) return;
        const errors = publicErrors(execution.errors, logger);
        (execution as { errors: unknown }).errors = errors.map(asGraphQLError);
      },
      preExecution: async (_schema: GraphQLSchema, _document: DocumentNode, context: object) => withCaller(context),
      // Nor are subscriptions validated by mercurius.
      preSubscriptionExecution: async (schema: GraphQLSchema, document: DocumentNode, context: object) => {
        withCaller(context);
        const [error] = validate(schema, document, undefined, { maxErrors: 1 });
        const [excess] = error === undefined ? validate(schema, document, [limitsRule], { maxErrors: 1 }) : [error];
        if (excess === undefined) return;
        throw excess instanceof ApiError
          ? excess
          : new ApiError('BAD_INPUT', excess.message, { field: null, rule: 'graphql' });
      },
    },
    subscription: {
      fullWsTransport: true,
      // Credentials come with connection_init, as browsers cannot set headers on an upgrade, or in the headers of the upgrade.
      async onConnect(this: MercuriusConnection, { payload }: { payload?: unknown }) {
        const init = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
        const source = hasCredentials(init) ? init : this.context.request.headers;
        try {
          return await contextFor(source);
        } catch (error) {
          const isKnown = error instanceof ApiError;
          if (!isKnown) logger?.error({ err: error }, 'a caller could not be authenticated');
          // graphql-ws: 4401 is final, after 4403 the client may come again with other credentials.
          const code = !isKnown ? 1011 : hasCredentials(source) ? 4403 : 4401;
          this.socket.close(code, shortened(isKnown ? error.message : 'Internal error'));
          return false;
        }
      },
    } as never,
  } as unknown as MercuriusDriverConfig;
}

/** What mercurius calls `onConnect` on. */
interface MercuriusConnection {
  socket: { close(code: number, reason: string): void };
  context: { request: FastifyRequest };
}

/** RFC 6455 §5.5: a close reason has at most 123 bytes. */
function shortened(reason: string): string {
  return Buffer.from(reason)
    .subarray(0, 120)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}

/** Whichever way an operation came, it is not executed for nobody. @throws ApiError */
function withCaller(context: object): void {
  if (!('caller' in context) || !context.caller) throw new ApiError('UNAUTHENTICATED', 'Send credentials.');
}

/** True when the request has been answered already: refused, or shown the page. */
async function refused(request: FastifyRequest, reply: FastifyReply, { settings }: ApiOptions): Promise<boolean> {
  const refusal = refusalOf(request, settings);
  if (refusal === null) return false;
  if (refusal.status === 405 && settings.graphiql && wantsPage(request.headers)) {
    await reply.type('text/html; charset=utf-8').send(GRAPHIQL_PAGE);
  } else {
    const error = { message: refusal.message, extensions: { code: refusal.code } };
    await reply.code(refusal.status).send({ data: null, errors: [error] });
  }
  return true;
}

function asGraphQLError({ message, path, extensions }: ReturnType<typeof publicErrors>[number]): GraphQLError {
  const { code, ...details } = extensions as { code: ApiError['code'] };
  const error = new ApiError(code, message, details);
  return new GraphQLError(message, { path, extensions, originalError: error });
}

/** 401 and 403 where nothing was answered; errors beside data keep 200. */
function statusOf({ data, errors, statusCode }: ExecutionResult & { statusCode?: number }): number {
  if (data) return 200;
  const [first] = errors ?? [];
  const cause = first instanceof GraphQLError && first.originalError ? first.originalError : first;
  return cause instanceof ApiError
    ? cause.statusCode
    : (statusCode ?? (cause as { statusCode?: number }).statusCode ?? 200);
}
