import { describeRandomMoments } from './describe-random-moments.ts'

describeRandomMoments(300, 50)
