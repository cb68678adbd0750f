/** A question that a performance engineer might ask, and the section of the shipped documents that answers it. */
export interface Question {
  readonly text: string
  /** Its file in `knowledge-base/`. */
  readonly document: string
  /** How the section's heading begins. */
  readonly heading: string
}

/**
 * Written before any ranking was looked at, in words of the one who asks and not of the one who answers. Never change one
 * because it is not found: every second one is kept for the final figure, the others are for whoever works on the ranking.
 */
export const QUESTIONS: readonly Question[] = [
  ...about('algorithmic-identities.md', {
    'Generating an evenly spaced phase ramp of tones: how do I avoid a libm call for every sample?':
      'Angles in arithmetic progression',
    'My moving average gets slower the wider the span is; can the cost be independent of it?':
      'Sliding windows',
    'Exchanging two stops of a route makes my solver rescore the whole route': 'Incremental evaluation',
    'Do I need the root just to find out which of two points is closer?': 'Exponentials and logarithms',
    'Knapsack table takes gigabytes although only reachable totals matter': 'Dynamic programming',
  }),
  ...about('c-cpp-compilers.md', {
    'Which gcc options should I switch on first for raw speed?': 'Flags, in order of effect',
    'I cannot edit the build command; how do I still ask for a higher optimisation level?':
      'Flags from within the source',
    'The compiler reloads a value every time round because another pointer might have written it': 'Aliasing',
    'push_back keeps moving my elements and std::map lookups are slow': 'Allocation and containers',
    'cin and cout take most of the runtime of my program': 'Input and output',
    'How can I let the build learn from a typical workload?': 'Profile-guided',
  }),
  ...about('data-structures-and-algorithms.md', {
    'Lookups in my chained dictionary hop through too many pointers': 'Hash tables',
    'Finding a key in a sorted table suffers from mispredicted jumps': 'Searching',
    'Recursion down to tiny pieces is wasteful; where do I cut over to something simpler?': 'Hybrids',
    'Dijkstra needs cheap priority updates: what structure do I take?': 'Heaps and priority queues',
    'My identifiers are small consecutive numbers, do I even need a dictionary?': 'When not to hash',
    'Find everything close to a given position among millions in the plane': 'Spatial data',
  }),
  ...about('gpu-cuda.md', {
    'Neighbouring lanes fetch addresses far apart and bandwidth is poor': 'Coalesced access',
    'Lots of tiny kernels one after another leave the card idle in between': 'Transfers and launches',
    'Reading a column of my on-chip tile serialises the warp': 'Shared memory tiles',
    'How do I time a kernel when the host stopwatch returns at once?': "Measure on the device's clock",
    'Adding up an array across lanes without a round trip to global memory': 'Reductions and warp primitives',
    'Half-precision matrix multiply reaches only a tenth of the peak rate': 'Tensor cores',
  }),
  ...about('javascript-v8.md', {
    'Objects get their properties in different sequences and property access became slow': 'Hidden classes',
    'What container should hold ten million measurements in node?': 'Typed arrays',
    'A function is compiled and thrown back to the interpreter over and over': 'Deoptimisation',
    'Collector pauses because the loop makes a tiny object per step': 'Allocation and garbage',
    'Taking items off the front of a long list makes everything crawl': 'Quadratic traps',
  }),
  ...about('mathematical-optimisation.md', {
    'Once the positions are chosen the sizes follow from an LP: should I exploit that?': 'Split the problem',
    'The optimiser is trapped in one basin; how do I hop to others cheaply?': 'Many starts',
    'How fast should the temperature fall, and which worse permutations do I accept?': 'Simulated annealing',
    'Each call of the objective takes minutes and gives no gradient': 'Black-box',
    'The checker refuses my answer because it is over a limit by 1e-13': 'Constraints',
    'How do I know that nothing better exists, so that I can quit?': 'Bounds',
  }),
  ...about('measuring.md', {
    'Timings jump from minute to minute since other jobs share the box': 'Noise',
    'The timing loop finishes instantly because its outcome is never used': 'Benchmarks that measure nothing',
    'How often do I have to repeat to tell two per cent apart?': 'How many rounds',
    'I kept the fastest of fifty variants and the next day it was no faster': 'The best of many tries',
    'Is my kernel limited by bandwidth or by arithmetic?': 'Roofline',
    'Can I look at retired instructions when the wall clock is too jittery?': 'Counts instead of clocks',
  }),
  ...about('memory-and-caches.md', {
    'A row pitch of exactly 4096 bytes is far slower than 4160': 'Power-of-two strides',
    'Only one field of each particle is needed but whole records come over the bus': 'Structure of arrays',
    'Touching a freshly allocated gigabyte for the first time is slow, in the kernel': 'Large blocks',
    'An if on random data costs me fifteen cycles each time': 'Branches that the predictor',
    'Following next pointers is slow; would walking several chains at once help?': 'Independent misses',
    'Work on a large matrix tile by tile': 'Cache blocking',
  }),
  ...about('numerical-accuracy.md', {
    'The difference of two nearly equal values has no correct digits left': 'Cancellation',
    'The total of ten million single-precision values drifts': 'Sum accurately',
    'How close must old and new output be for my check to pass?': 'Compare with a tolerance',
    'Softmax and variance blow up for big inputs': 'Stable versions',
  }),
  ...about('numpy.md', {
    'A long array expression allocates an intermediate for every operator': 'Avoid temporaries',
    'Picking rows with a boolean condition is slow': 'Indexing',
    'With tiny arrays the overhead of each ufunc dominates': 'What a call costs',
    'The ten largest values without ordering everything': 'Sorting, selecting',
  }),
  ...about('parallelism.md', {
    'Per-thread counters next to each other in one array do not scale': 'False sharing',
    'multiprocessing spends its time on serialising big arrays': 'Python processes',
    'Jobs have very different durations and some cores finish early': 'Scheduling',
    'Last digits change from run to run when I use several cores': 'Determinism',
    'Do more cores pay off when a fifth of the work stays serial?': 'Is it worth it',
  }),
  ...about('python.md', {
    'Attribute and global lookups in an interpreter loop that I cannot get rid of': 'Loops that must stay',
    'Building up text with += piece by piece': 'Strings and bytes',
    'Importing takes longer than the actual work of the script': 'Start-up',
    'Checking whether a value is in a list takes for ever; what else could hold it?': 'Containers',
  }),
  ...about('rust.md', {
    'Panic checks on each slice access prevent packed code': 'Bounds checks',
    'The standard HashMap is slow for integer keys': 'Hash maps',
    'println in a loop is slow and lines() makes a String each time': 'Input, output',
    'Box<dyn Trait> calls in the innermost loop': 'Dynamic dispatch',
  }),
  ...about('scikit-learn.md', {
    'Turning documents into a sparse matrix takes longer than fitting the model': 'Reading texts',
    'Which classifier do I take for many sparse features when training must be quick?': 'Which linear model',
    'Scoring one row at a time is far slower than in bulk': 'Cost of prediction',
    'Did the feature selection see the test rows?': 'Measure without fooling',
  }),
  ...about('search-strategy.md', {
    'My last ten edits changed nothing measurable, what now?': 'When small steps stop paying',
    'What should I write down for whoever continues after me?': 'Notes that a later attempt',
    'May I put three edits into one submission?': 'One change at a time',
    'How do I sweep a block size without fitting the jitter?': 'Tuning constants',
  }),
  ...about('vectorisation.md', {
    'Why did gcc refuse to use packed instructions here?': 'Ask the compiler why not',
    'Adding up floats stays scalar even at -O3': 'Permit reordering',
    'The length is no multiple of the lane count: what to do with the remainder?': 'Tails',
    'One executable for hosts with and without AVX-512': 'One binary',
    'Work on eight bytes at once inside a plain 64-bit integer': 'SIMD within a register',
  }),
]

function about(document: string, answers: Readonly<Record<string, string>>): readonly Question[] {
  return Object.entries(answers).map(([text, heading]) => ({ text, document, heading }))
}
