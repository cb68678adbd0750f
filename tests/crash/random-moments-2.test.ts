import { describeRandomMoments } from './describe-random-moments.ts'

describeRandomMoments(200, 50)
