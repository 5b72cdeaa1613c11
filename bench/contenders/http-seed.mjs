/** Stores an object over HTTP, where that is a PUT. */

/**
 * @param {number} port
 * @param {string} path what precedes the key
 */
export const httpSeed = (port, path) => async (/** @type {string} */ key, /** @type {Buffer} */ body) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}${key}`, {
    method: 'PUT',
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`PUT of ${key} answered ${response.status}`);
};
