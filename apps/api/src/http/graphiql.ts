import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

/** Everything the page needs comes from npm packages on this machine: it works without any other network. */
const ASSETS: Record<string, { file: string; type: string }> = {
  'graphiql.js': { file: resolve('graphiql', 'graphiql.min.js'), type: 'text/javascript; charset=utf-8' },
  'graphiql.css': { file: resolve('graphiql', 'graphiql.min.css'), type: 'text/css; charset=utf-8' },
  'react.js': { file: resolve('react', 'umd/react.production.min.js'), type: 'text/javascript; charset=utf-8' },
  'react-dom.js': {
    file: resolve('react-dom', 'umd/react-dom.production.min.js'),
    type: 'text/javascript; charset=utf-8',
  },
};

function resolve(name: string, file: string): string {
  return path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
}

export const GRAPHIQL_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>ChargeStream GraphiQL</title>
    <link rel="stylesheet" href="/graphiql/graphiql.css" />
    <style>body { margin: 0 } #graphiql { height: 100vh }</style>
  </head>
  <body>
    <div id="graphiql">Loading…</div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/page.js"></script>
  </body>
</html>
`;

/** Queries go over HTTP, subscriptions over a WebSocket of their own in the graphql-transport-ws protocol. */
const PAGE_SCRIPT = `'use strict';
const address = location.origin + '/graphql';
function subscription(params, headers) {
  return {
    subscribe(observer) {
      const socket = new WebSocket(address.replace(/^http/, 'ws'), 'graphql-transport-ws');
      const send = (message) => socket.send(JSON.stringify(message));
      socket.onopen = () => send({ type: 'connection_init', payload: headers });
      socket.onclose = () => observer.complete && observer.complete();
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
        else if (message.type === 'ping') send({ type: 'pong' });
        else if (message.type === 'next') observer.next(message.payload);
        else if (message.type === 'error') observer.error({ errors: message.payload });
        else if (message.type === 'complete') socket.close();
      };
      return { unsubscribe: () => socket.close() };
    },
  };
}
function isSubscription(params, options) {
  const document = options && options.documentAST;
  if (!document) return false;
  const operations = document.definitions.filter((definition) => definition.kind === 'OperationDefinition');
  const chosen = operations.find(({ name }) => name && name.value === params.operationName) || operations[0];
  return chosen !== undefined && chosen.operation === 'subscription';
}
async function fetcher(params, options) {
  const headers = (options && options.headers) || {};
  if (isSubscription(params, options)) return subscription(params, headers);
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
}
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true }),
);
`;

const NO_STORE = { 'cache-control': 'no-store' };

/** What the page loads, at `/graphiql/*`; the page itself stands at `/graphql` for browsers. */
export function serveGraphiqlAssets(fastify: FastifyInstance): void {
  fastify.get('/graphiql/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    if (file === 'page.js') return reply.headers(NO_STORE).type('text/javascript; charset=utf-8').send(PAGE_SCRIPT);
    const asset = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (asset === undefined) return reply.code(404).send();
    return reply.type(asset.type).header('cache-control', 'max-age=3600').send(readFileSync(asset.file));
  });
}

/** A browser that opens the address, as against a program that sends an operation. */
export function wantsPage(headers: { accept?: string | undefined; upgrade?: string | undefined }): boolean {
  return headers.upgrade === undefined && /\btext\/html\b/.test(headers.accept ?? '');
}
