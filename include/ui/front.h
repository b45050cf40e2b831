/* The ways in: which grammar a command line is in, and what it prints. */
#ifndef UI_FRONT_H
#define UI_FRONT_H

#include "base/attr.h"

/* Runs a command line: picks the front end by the program's name and the first word, runs, prints
 * to standard output and standard error. The status that the program ends with. */
NODISCARD int front_run(int argc, char **argv);

#endif
