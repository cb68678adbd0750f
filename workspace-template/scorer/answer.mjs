// The candidate's own process: answers what score.mjs asks.
import { pathToFileURL } from 'node:url'

const { countPrimes } = await import(pathToFileURL(process.argv[2]).href)
process.on('message', (limit) => process.send(countPrimes(limit)))
process.send('ready')
