/* The grammar of words: kyman [COMMON...] NOUN VERB [ARGUMENT...] [OPTION...] */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "ui/scan.h"
#include "ui/view.h"

/* Runs a command line of words and prints its result (JSON where v says so). *status is RC_OK,
 * or what looking found. A failure is told in err and not printed. quiet and colours of v are set
 * as the options say. */
NODISCARD enum rc words_run(struct view *v, int argc, char *const *argv, enum rc *status,
			    struct err *err);

/* --- words-check.c --- */

/* Options by their spelling: an id is an enum param. */
const struct scan_option *words_options(size_t *count);

/* A command line taken apart. Strings are borrowed. */
struct command {
	const char *topic[2]; /* noun and verb as typed, or what help is wanted about; NULL */
	size_t topic_count;
	bool help;           /* help is wanted */
	const struct op *op; /* NULL for help */
	struct args args;
};

/* Finds the command and its values. RC_USAGE with words, RC_NO_MEMORY. args are to be released,
 * also after a failure. */
NODISCARD enum rc command_read(struct command *c, int argc, char *const *argv, struct err *err);

#endif
