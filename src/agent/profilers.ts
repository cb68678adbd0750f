/** Programs that say where a program's time goes, where they are run and not looked for or installed. */
const PROGRAMS =
  /(?<![\w.-])(?<!\b(?:install|which|man|type|-v) )(?:perf (?:stat|report|annotate|top|script)|py-spy|pyinstrument|scalene|kernprof|valgrind|callgrind_annotate|cg_annotate|gprof|hyperfine|ncu|nsys|nvprof|rocprof|strace -\w*c|ltrace -\w*c|samply|vtune|pprof)(?![\w-])/
/** Modules and switches of interpreters that do. */
const SWITCHES =
  /\bcProfile\b|\bpstats\b|\bline_profiler\b|(?<![\w-])--(?:cpu-prof|prof|prof-process)(?![\w-])|-m timeit\b/

/** Whether a shell command runs a profiler that is known. */
export function isProfiling(command: string): boolean {
  return PROGRAMS.test(command) || SWITCHES.test(command)
}
