// The thread that writes: a commit waits for the disk here, while the main thread serves chargers.
// Takes { id, ops: [statement, parameters][] }, answers { id } when they are durable, or { id, error, failedOp }.
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.libsql);

const database = new Database(workerData.path);
database.exec(workerData.pragmas);
const statements = new Map(Object.entries(workerData.statements).map(([name, sql]) => [name, database.prepare(sql)]));
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');

parentPort.on('message', ({ id, ops }) => {
  if (ops === undefined) {
    database.close();
    parentPort.postMessage({ id });
    parentPort.close();
    return;
  }
  let failedOp = -1;
  try {
    begin.run([]);
    for (const [index, [name, parameters]] of ops.entries()) {
      failedOp = index;
      statements.get(name).run(parameters.map(asBuffer));
    }
    failedOp = -1;
    commit.run([]);
    parentPort.postMessage({ id });
  } catch (error) {
    try {
      if (database.inTransaction) database.exec('ROLLBACK');
    } catch {
      // The next transaction finds out whether the file still works.
    }
    parentPort.postMessage({ id, error: { message: error.message, code: error.code }, failedOp });
  }
});

/** A Buffer arrives as a Uint8Array. */
function asBuffer(value) {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}
