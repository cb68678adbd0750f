/** Bets on the next round: the parts of the stake that each of four gamblers puts on a win. */
const STAKES = [0.3, 0.5, 0.7, 0.9] as const

/**
 * Evidence that a candidate wins more often than it loses, after any number of rounds.
 *
 * If there is no gain, a win is no more likely than a loss, and the money of a gambler who stakes the part λ of it on a win
 * each round is a non-negative supermartingale that starts at 1. So is the mean over several gamblers, and by Ville's
 * inequality it ever reaches 1/α with a chance of at most α: one may look after every round and stop when one likes. Only the
 * signs count, so no distribution is assumed and no outlier can convince.
 *
 * (Ville 1939; Shafer, Testing by betting, JRSS A 184, 2021; Waudby-Smith & Ramdas, Estimating means of bounded random
 * variables by betting, JRSS B 86, 2024, section 4; the mixture over λ is Robbins' method of mixtures, 1970.)
 */
export function eValue(wins: number, losses: number): number {
  const capital = STAKES.map((stake) => (1 + stake) ** wins * (1 - stake) ** losses)
  return capital.reduce((sum, part) => sum + part, 0) / STAKES.length
}

/** Rounds won in a row, from the first, that convince at level `alpha`: fewer rounds can never do. */
export function leastRounds(alpha: number): number {
  let wins = 1
  while (eValue(wins, 0) < 1 / alpha) wins += 1
  return wins
}
