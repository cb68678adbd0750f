import OpenAI from 'openai'
import type { Connection } from './connection.ts'
import { createPatientFetch } from './patient-fetch.ts'

/** The words that OpenAI's API has for effort, and servers that are compatible with it. */
export const OPENAI_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** OpenAI's SDK, silent and without retries of its own. */
export function createOpenaiClient({ apiKey, baseUrl: baseURL, timeoutMs: timeout }: Connection): OpenAI {
  return new OpenAI({
    // The SDK insists on a key. Where there is none, the header that would carry it is left out.
    apiKey: apiKey ?? 'none',
    defaultHeaders: apiKey === null ? { Authorization: null } : {},
    baseURL,
    timeout,
    maxRetries: 0,
    logLevel: 'off',
    fetch: createPatientFetch(timeout),
  })
}
