import { describeRandomMoments } from './describe-random-moments.ts'

describeRandomMoments(400, 50)
