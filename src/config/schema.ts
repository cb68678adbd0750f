import { z } from 'zod'
import { POLICIES } from '../agent/inspirations.ts'
import { SANDBOX_NAMES } from '../sandbox/sandbox-choice.ts'
import { flag, numberAbove, numberFrom, oneOf, optionalText, section, text, wholeNumber } from './fields.ts'
import { gateSchema } from './gate-schema.ts'

const COMMAND = 'a list of words, or a text for the shell'
const A_WEEK_SECONDS = 7 * 24 * 3600

/** Where a task's solution starts. */
const seed = z.union(
  [text(), section({ repository: text(), ref: optionalText() })],
  'a path, the address of a git repository, or the keys repository and ref',
)

const command = z.union([text().min(1, COMMAND), z.array(text(), COMMAND).min(1, COMMAND)], COMMAND)

const price = section({
  input: numberFrom(0).describe('US dollars for a million tokens of input.').meta({ example: 3 }),
  output: numberFrom(0).describe('US dollars for a million tokens of output.').meta({ example: 15 }),
  cached: numberFrom(0)
    .optional()
    .describe(
      "US dollars for a million tokens of input that come from the provider's cache; by default the price of input.",
    )
    .meta({ example: 0.3 }),
})

const PROVIDER_NAMES = ['openai', 'anthropic', 'ollama', 'ollama_cloud', 'custom', 'builtin'] as const
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
const FALLBACK = 'a list of names of models, or of the keys provider and model'

/** A model that takes another's place. */
const fallback = z.union(
  [
    section({
      provider: oneOf(PROVIDER_NAMES),
      model: optionalText(),
      api_key: optionalText(),
      base_url: optionalText(),
      effort: oneOf(EFFORTS).optional(),
      context_tokens: wholeNumber(1_000).optional(),
      price: price.optional(),
    }),
    text().min(1, 'the name of a model'),
  ],
  'the name of a model, or the keys provider and model',
)

const llm = section({
  provider: oneOf(PROVIDER_NAMES)
    .default('openai')
    .describe(
      'Who plays the agent: openai, anthropic, ollama, ollama_cloud, custom (any server that speaks Chat Completions), or builtin, a local search that is no language model and needs no key.',
    ),
  model: optionalText()
    .describe("The model's name as the provider has it; by default the provider's strongest general one.")
    .meta({ example: 'claude-fable-5-1' }),
  api_key: optionalText()
    .describe(
      "The provider's key; by default its environment variable (OPENAI_API_KEY, ANTHROPIC_API_KEY, OLLAMA_API_KEY). Better a variable, as in the example, than the key itself.",
    )
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is avo.yaml that fills this in
    .meta({ example: '${MY_KEY}' }),
  base_url: optionalText()
    .describe("The server's address; by default the provider's own.")
    .meta({ example: 'http://localhost:11434/v1' }),
  temperature: numberFrom(0, 2)
    .optional()
    .describe('Sent only when it is given: reasoning models refuse it.')
    .meta({ example: 0.7 }),
  max_tokens: wholeNumber(1).default(16_384).describe('Tokens of one reply at most, reasoning included.'),
  timeout: numberAbove(0)
    .default(300)
    .describe('Seconds of silence after which a call counts as failed and is made again.'),
  effort: oneOf(EFFORTS)
    .optional()
    .describe(
      "How hard the model thinks, where it can be told: none, minimal, low, medium, high, xhigh, max; by default the provider's choice.",
    )
    .meta({ example: 'high' }),
  context_tokens: wholeNumber(1_000)
    .optional()
    .describe(
      "Tokens of the model's context to make use of; by default what is known about the model, at most 200,000: every turn pays for the whole conversation. It is compacted before it gets there.",
    )
    .meta({ example: 200_000 }),
  price: price.optional().describe('What the model costs, where it is not on the price list.'),
  fallback: z
    .array(fallback, FALLBACK)
    .default([])
    .describe(
      "Models that take this one's place, one after the other, for the rest of a session, when it is no longer served, has no credit left or was given up: names of the same provider, or the keys provider, model, api_key, base_url, effort, context_tokens and price.",
    ),
})

const SANDBOXES = ['auto', ...SANDBOX_NAMES] as const
const sandboxName = oneOf(SANDBOXES)

/** One backend for all, or one for each role. */
const sandbox = z.union(
  [section({ agent: sandboxName.default('auto'), candidate: sandboxName.default('auto') }), sandboxName],
  `one of ${SANDBOXES.join(', ')}, or the keys agent and candidate`,
)

const domains = z.array(
  z.string().regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/i, 'a domain such as pypi.org or *.pypi.org'),
  'a list of domains',
)

/** A command that is told of something. */
const hook = (when: string, example: string) =>
  optionalText().describe(`A command of yours for the shell, run ${when}.`).meta({ example })

/** avo.yaml: every key with its default and a sentence. The names are those of the Python AVO where it has the key. */
export const configSchema = section({
  project_name: text().min(1, 'a name').default('avo-evolution').describe('What this run is called.'),
  brief: optionalText()
    .describe(
      'What the agent should know: what to improve, what is allowed, what counts. A text, or the path of a file that holds it.',
    )
    .meta({ example: 'brief.md' }),

  seed: seed
    .optional()
    .describe(
      'Where the solution starts: a file, a directory, the address of a git repository, or the keys repository (an address, a directory or a bundle) and ref; by default ./seed.',
    )
    .meta({ example: 'seed' }),
  seed_file: optionalText()
    .describe('The same for one file, as the Python AVO calls it.')
    .meta({ example: 'seed.py' }),
  solution_file: optionalText()
    .describe(
      'The name in the workspace of a solution of one file; by default solution.py, or the name of the seed where that is not Python.',
    )
    .meta({ example: 'solution.py' }),
  editable: z
    .array(text().min(1, 'a glob'), 'a list of globs')
    .min(1, 'a list of globs')
    .optional()
    .describe(
      'Globs of the files that the agent may change, relative to the workspace; by default the solution file, or everything where the seed has many files.',
    )
    .meta({ example: ['src/**'] }),
  workspace_dir: text()
    .min(1, 'a path')
    .default('./workspace')
    .describe('Where the agent works: a git repository of its own, whose log is the lineage.'),

  scorer: section({
    command: command
      .optional()
      .describe(
        'Scores the candidate in $AVO_CANDIDATE and writes JSON to $AVO_RESULT. A list of words, or a text for the shell; runs in a copy of scorer.dir.',
      )
      .meta({ example: ['node', 'score.mjs'] }),
    dir: text()
      .min(1, 'a path')
      .default('scorer')
      .describe(
        "The scorer's files. They are copied when the run starts; what changes later has no effect on it.",
      ),
    direction: oneOf(['maximize', 'minimize'])
      .default('maximize')
      .describe('Whether higher scores are better (maximize) or lower ones (minimize).'),
    timeout_seconds: numberAbove(0, A_WEEK_SECONDS)
      .default(600)
      .describe('An evaluation that takes longer is ended, and the candidate counts as incorrect.'),
    visible: flag().default(false).describe("Whether the agent may read the scorer's files."),
    env: z
      .record(
        text(),
        z.preprocess((value) => (typeof value === 'number' ? String(value) : value), text()),
        'names with texts',
      )
      .default({})
      .describe(
        "Variables for the scorer, added to the few that it gets: the toolchain's (PATH, CUDA_HOME, OMP_NUM_THREADS …), never a secret.",
      ),
  })
    .prefault({})
    .describe('f, which says how good a candidate is. Give scorer.command or scoring_module.'),
  scoring_module: optionalText()
    .describe(
      'Instead of scorer.command: a .py file with a class as the Python AVO has it, or a .js, .mjs or .ts file with a class or a function evaluate.',
    )
    .meta({ example: 'scorer.py' }),
  scoring_class: text()
    .min(1, 'the name of a class')
    .default('Scorer')
    .describe('The class in scoring_module.'),
  accept: oneOf(['improvement', 'improvement_or_equal'])
    .default('improvement')
    .describe(
      'What becomes a version: improvement, or improvement_or_equal, which also takes what is as good as the best. Where a scorer is noisy, nothing is ever known to be as good, and only an improvement counts.',
    ),
  gate: gateSchema
    .prefault({})
    .describe('How a solution is measured against the best version before it becomes one.'),

  knowledge_base_dir: optionalText()
    .describe(
      'Documents for the agent; drop some in at any time, also during a run. By default ./knowledge-base.',
    )
    .meta({ example: 'knowledge-base' }),
  embeddings: section({
    provider: oneOf(['auto', 'local', 'openai', 'ollama', 'custom'])
      .default('auto')
      .describe(
        'Who turns documents into vectors: openai, ollama, custom, or local, which needs nothing; auto is openai where that is the llm provider at its own address, else local.',
      ),
    model: optionalText()
      .describe("The embedding model; by default the provider's small one.")
      .meta({ example: 'text-embedding-3-small' }),
    base_url: optionalText()
      .describe("The server's address; by default the provider's own.")
      .meta({ example: 'http://localhost:11434/v1' }),
  })
    .prefault({})
    .describe('How the knowledge base is searched.'),

  max_versions: wholeNumber(1).default(100).describe('Stop after so many accepted versions.'),
  max_attempts: wholeNumber(1).optional().describe('Stop after so many attempts.').meta({ example: 500 }),
  max_wall_time_hours: numberAbove(0)
    .default(168)
    .describe('Stop after so many hours of running; pauses between sessions do not count.'),
  max_cost_usd: numberAbove(0)
    .optional()
    .describe('Stop when model calls have cost so many US dollars.')
    .meta({ example: 20 }),
  max_tokens: wholeNumber(1)
    .optional()
    .describe('Stop when the whole run has used so many tokens.')
    .meta({ example: 50_000_000 }),
  max_evaluations: wholeNumber(1)
    .optional()
    .describe(
      'Stop after so many runs of the scorer; one verdict of a noisy scorer takes dozens. A measurement that has begun is brought to its end.',
    )
    .meta({ example: 5_000 }),
  max_agent_steps_per_variation: wholeNumber(1).default(50).describe('Model calls in one attempt.'),
  attempt: section({
    max_minutes: numberAbove(0)
      .optional()
      .describe('An attempt that has run for so long is over before its next model call.')
      .meta({ example: 60 }),
    max_cost_usd: numberAbove(0)
      .optional()
      .describe('An attempt is over before the model call that could take it past so many US dollars.')
      .meta({ example: 2 }),
    max_tokens: wholeNumber(1)
      .optional()
      .describe('An attempt is over before the model call that could take it past so many tokens.')
      .meta({ example: 2_000_000 }),
    max_evaluations: wholeNumber(1)
      .optional()
      .describe("Runs of the scorer that the agent may ask for in an attempt; the gate's are not counted.")
      .meta({ example: 40 }),
  })
    .prefault({})
    .describe('Limits of each attempt.'),
  provider: section(
    {
      give_up_after_minutes: numberAbove(0)
        .default(720)
        .describe(
          'A provider that has failed for so long, or says that it will, is given up: the next of llm.fallback takes over, or the run pauses until it is started again.',
        ),
      count_waiting: flag()
        .default(false)
        .describe(
          'Whether waiting for the provider counts as running time (max_wall_time_hours, attempt.max_minutes).',
        ),
    },
    'the keys give_up_after_minutes and count_waiting; who plays the agent is llm.provider',
  )
    .prefault({})
    .describe("What is done about the provider's failures."),

  llm: llm.prefault({}).describe('The model that plays the agent.'),

  supervisor: section({
    enabled: flag()
      .default(true)
      .describe('Whether anybody watches for a search that stalls or goes round in circles.'),
    max_failed_attempts: wholeNumber(1)
      .default(10)
      .describe('Attempts without a version after which the agent gets new directions.'),
    stall_evaluations: wholeNumber(1)
      .optional()
      .describe('The same after so many runs of the scorer without a version.')
      .meta({ example: 500 }),
    stall_cost_usd: numberAbove(0)
      .optional()
      .describe('The same after so many US dollars without a version.')
      .meta({ example: 5 }),
    stall_hours: numberAbove(0)
      .optional()
      .describe('The same after so many hours of running without a version.')
      .meta({ example: 4 }),
    stall_window: wholeNumber(1)
      .default(5)
      .describe(
        'Accepted versions that must together have gained more than the noise explains, or 1% where there is none; less is a plateau.',
      ),
    cycle_detection_window: wholeNumber(2)
      .default(8)
      .describe(
        'Attempts that are looked back on for the same solution, solutions in turns, the same failure, or the same idea.',
      ),
    redirect_with_llm: flag()
      .default(true)
      .describe(
        'Whether a model reviews the lineage for directions, rather than a rotation of known strategies.',
      ),
    attempts_per_direction: wholeNumber(1)
      .default(2)
      .describe('Attempts that follow one direction before the next has its turn.'),
    max_interventions: wholeNumber(1)
      .default(40)
      .describe(
        'Interventions in a row that brought no version, after which the run ends: with directions by rotation some 250 attempts. The first gives directions; those after it also a fresh context, an earlier version to start from, and supervisor.llm as the agent.',
      ),
    llm: fallback
      .optional()
      .describe(
        "A model, as a rule a stronger one, that reviews the search and, where nothing else helps, plays the agent: its name, or the keys provider, model, api_key, base_url, effort, context_tokens and price. By default the reviewer is the agent's model.",
      )
      .meta({ example: 'claude-fable-5-1' }),
  })
    .prefault({})
    .describe('Watches from outside and redirects the agent.'),

  inspirations: section({
    policy: oneOf(POLICIES)
      .default('ucb1')
      .describe(
        'Which past attempts a briefing shows: ucb1 (good ones, and those that were hardly looked at since), greedy (the best ones), recent, or random.',
      ),
    count: wholeNumber(0).default(3).describe('How many of them; 0 for none.'),
  })
    .prefault({})
    .describe('Past attempts, kept or not, that the agent is reminded of.'),
  lessons: section({
    enabled: flag()
      .default(true)
      .describe(
        'Whether each attempt leaves a lesson for those after it: what was tried, what happened, why, when it would differ.',
      ),
    llm: fallback
      .optional()
      .describe(
        'A cheap model that puts lessons into words, asked once an attempt: the name of one of the same provider, or the keys provider, model, api_key, base_url, effort, context_tokens and price. Without, and where it fails, they are from the record alone.',
      )
      .meta({ example: 'gpt-5-mini' }),
  })
    .prefault({})
    .describe('What attempts teach later ones. Lessons are documents that the agent finds when it searches.'),
  lessons_from: z
    .array(text().min(1, 'a path'), 'a list of paths')
    .default([])
    .describe(
      'Directories of other tasks that have run, or log_dirs of other runs of this one; the agent finds their lessons as documents lessons/NAME/….',
    ),
  insights_every: wholeNumber(0)
    .default(25)
    .describe(
      'After so many attempts a page of what they have shown, in log_dir/insights: what works, what does not, what is untried. 0 for none; it is drawn from the lessons.',
    ),

  sandbox: sandbox
    .default('auto')
    .describe(
      "What keeps the agent's shell and the candidates away from your files and your network: bubblewrap, srt, container, process (nothing does), or auto, the strongest that works here. One word for both, or the keys agent and candidate with a word each.",
    ),
  container: section({
    image: optionalText()
      .describe("What containers start from; by default a root that shows this machine's own programs.")
      .meta({ example: 'docker.io/library/python:3.13' }),
    cpus: numberAbove(0)
      .optional()
      .describe("Processors' worth of time that a command may take, as the engine's --cpus; by default all.")
      .meta({ example: 2 }),
  })
    .prefault({})
    .describe('For sandbox container, by podman or docker.'),
  readable: z
    .array(text().min(1, 'a path'), 'a list of paths')
    .default([])
    .describe(
      "Paths that the agent's shell, the scorer and the candidates may read besides the system's programs and what is theirs: data sets, models, a toolchain in an unusual place.",
    ),
  network: section({
    allow: domains
      .default([])
      .describe("Domains that the agent's shell may reach, *.pypi.org included; it takes sandbox srt."),
    scorer: domains.default([]).describe('The same for the scorer. Candidates never reach any.'),
  })
    .prefault({})
    .describe('The network is off, but for the domains that are named here.'),
  limits: section({
    memory_gb: numberAbove(0)
      .optional()
      .describe(
        'Memory of one command with all that it starts, in GiB; by default half of what the machine has.',
      )
      .meta({ example: 8 }),
    processes: wholeNumber(16).default(4096).describe('Processes and threads of one command at one time.'),
    file_gb: numberAbove(0).default(16).describe('Size of any one file that a command writes, in GiB.'),
  })
    .prefault({})
    .describe('What past which a call of the shell, a scorer or a candidate is ended.'),

  hooks: section({
    new_best: hook('when there is a new best version', 'git -C workspace push --quiet backup main'),
    stall: hook(
      'when the search stalls or goes round in circles, and the agent is given new directions',
      'notify-send stalled',
    ),
    budget_80: hook('when four fifths of a cap are used up', 'notify-send budget'),
    paused: hook('when the run gave up waiting for the provider and is paused', 'notify-send paused'),
    ended: hook('when the run ends in any other way', 'notify-send ended'),
  })
    .prefault({})
    .describe(
      'Commands of yours for the shell, run in the directory of this file beside the run, with what happened as JSON on standard input.',
    ),

  git_persist: flag()
    .default(true)
    .describe('Whether versions are git commits; without, they are kept as files.'),
  log_dir: text()
    .min(1, 'a path')
    .default('./.avo')
    .describe("The run's records: events, conversation, the scorer's copy, the search index."),
  log_level: oneOf(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
    .default('INFO')
    .describe('How much is told: DEBUG, INFO, WARNING or ERROR.'),
  verbose: flag().default(false).describe('The same as log_level DEBUG.'),
  random_seed: wholeNumber(0).default(1).describe('For the builtin model: the same seed, the same search.'),
})

/** avo.yaml as it is written, with its defaults filled in. */
export type ConfigFile = z.output<typeof configSchema>
