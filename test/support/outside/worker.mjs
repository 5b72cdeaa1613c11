import { parentPort, workerData } from 'node:worker_threads';

/** Answers calls of the functions that a module exports. */
const functions = await import(workerData.module);
parentPort.on('message', async ({ name, given }) => {
  try {
    parentPort.postMessage({ result: await functions[name](...given) });
  } catch (error) {
    parentPort.postMessage({ error });
  }
});
