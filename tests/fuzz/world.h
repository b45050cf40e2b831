/* A world for whole front ends under a fuzzer: a scratch folder that is the current one while a
 * command runs, beside which no file is opened, made, renamed or removed, whatever its name; a
 * clock that stands still; passphrases and keys that cost nothing.
 *
 * Targets with it are linked with $(fuzz_world_ldflags): the calls of the program that lead out of
 * the scratch folder are taken over by world.c. */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "ui/view.h"

#include <stdint.h>

/* A way in: menu_run, gskit_run, gskkyman_run, words_run. */
typedef enum rc world_front_fn(struct view *v, int argc, char *const *argv, enum rc *status,
			       struct err *err);

/* Makes the scratch folder what it is when an input begins: databases key.kdb (CMS) and ring.p12
 * with stashes, both with a CA ca, a certificate web that it signed, and a request asked; files
 * ca.pem, web.p12, asked.csr; rows.csv for cert create --batch, script for run. The passphrase of
 * all is secret12, and stands in pw. */
void world_reset(void);

/* Runs a command line there with these answers on its standard input. Aborts when it fails without
 * words, and when what it says, and with is_text also what it prints, holds control characters. */
void world_run(world_front_fn *front, int argc, char **argv, struct span answers, bool is_text);

/* Runs data: command lines of this program, a word a line; an empty line ends one. */
void world_run_lines(world_front_fn *front, const char *program, struct span data);

/* Runs the first of them; what follows are its answers. */
void world_run_asked(world_front_fn *front, const char *program, struct span data);

#endif
