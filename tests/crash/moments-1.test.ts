import { describeMoments } from './describe-moments.ts'

describeMoments(0)
