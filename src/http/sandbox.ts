/** What a user stores can neither be taken for another type nor run in another's page. Names and values in turn. */
export const SANDBOX: readonly string[] = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "sandbox; default-src 'none'",
];
