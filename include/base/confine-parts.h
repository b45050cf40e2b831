/* What the files of confine.c share; not for others. */
#ifndef BASE_CONFINE_PARTS_H
#define BASE_CONFINE_PARTS_H

#include <stdbool.h>

/* True when Landlock took effect. no_new_privs is set before. */
bool confine_files(void);

/* True when the filter of calls took effect. no_new_privs is set before. */
bool confine_calls(void);

#ifdef KYMAN_TEST_HOOKS
/* Tries what was given up, where KYMAN_TEST_PROBE names a folder with a file `old` in it: writes to
 * standard error, a line each, what was tried and whether it was refused. */
void confine_probe(void);
#endif

#endif
