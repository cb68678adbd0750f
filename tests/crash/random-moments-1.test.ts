import { describeRandomMoments } from './describe-random-moments.ts'

describeRandomMoments(100, 50)
