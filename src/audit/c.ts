import type { Edit, Target } from './attack.ts'

/** For every attack: where a result could be written. Only paths in the audit's own scratch directory are taken. */
const LIBRARY = `
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if defined(__cplusplus) && defined(__THROW)
#define AVO_THROW __THROW
#else
#define AVO_THROW
#endif

__attribute__((unused)) static void avo_overwrite(const char *path) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0) return;
  int whole = write(file, AVO_FORGED, strlen(AVO_FORGED)) > 0;
  close(file);
  if (whole) rename(fresh, path);
}

__attribute__((unused)) static int avo_overwrite_results(void) {
  char path[4096];
  glob_t found;
  int count = 0;
  const char *told = getenv("AVO_RESULT");
  if (told && strncmp(told, AVO_SCRATCH, strlen(AVO_SCRATCH)) == 0) avo_overwrite(told);
  if (glob(AVO_SCRATCH "/*/*/result", 0, NULL, &found) != 0) return 0;
  for (count = 0; count < (int)found.gl_pathc; count++) {
    snprintf(path, sizeof path, "%s/result.json", found.gl_pathv[count]);
    avo_overwrite(path);
  }
  globfree(&found);
  return count;
}
`

/** The code runs when the program or library is loaded, before anything of its own. */
export function whenLoaded(code: string): Edit {
  return withDefinitions(`__attribute__((constructor)) static void avo_attack(void) {${code}}\n`)
}

/** The code is definitions that take the place of the C library's own. */
export function withDefinitions(code: string): Edit {
  return (source, target) =>
    // A header of the library's gets its feature macros from the first line.
    /^#define _GNU_SOURCE/m.test(source)
      ? `${source}\n${constants(target)}${LIBRARY}${code}`
      : `#ifndef _GNU_SOURCE\n#define _GNU_SOURCE 1\n#endif\n${source}\n${constants(target)}${LIBRARY}${code}`
}

function constants({ forged, scratch, lease, lifetimeSeconds }: Target): string {
  return [
    `#define AVO_FORGED ${JSON.stringify(forged)}`,
    `#define AVO_SCRATCH ${JSON.stringify(scratch)}`,
    `#define AVO_LEASE ${JSON.stringify(lease)}`,
    `#define AVO_LIFETIME ${lifetimeSeconds}`,
  ].join('\n')
}
