/* One scanner for all grammars of the command line: exact spellings over a table, positions kept.
 * Nothing is abbreviated, nothing moved about, no state is global.
 *
 * A value may begin with '-' ("-1", "-"), but a word that begins with "--" or is the spelling of an
 * option is never taken for one: "--out --json" lacks a value, "--out=--json" has it. "--" ends the
 * options. */
#ifndef UI_SCAN_H
#define UI_SCAN_H

#include "base/err.h"

#include <stddef.h>

enum scan_arity {
	SCAN_NONE,
	SCAN_ONE,
	SCAN_OPTIONAL, /* the next word, unless that is an option */
	SCAN_MANY,     /* the words up to the next option, one at least; an item each */
};

/* A table of these is a grammar. Several names may have one id. */
struct scan_option {
	const char *name; /* with its dashes */
	enum scan_arity arity;
	int id; /* not negative */
};

enum { SCAN_WORD = -1 };

struct scan {
	const struct scan_option *options; /* borrowed */
	size_t count;
	char *const *argv; /* borrowed */
	int argc;
	int at;                         /* the next position */
	const struct scan_option *many; /* takes the words that follow */
	bool ended;                     /* after "--" */
};

/* What comes next. Strings are borrowed from argv and the table. */
struct scan_item {
	int id;           /* SCAN_WORD: a word, in value */
	const char *name; /* of an option: as in the table */
	const char *value;
	int position;
};

/* Begins behind argv[0]. */
void scan_start(struct scan *s, const struct scan_option *options, size_t count, int argc,
		char *const *argv);

/* Takes the next item. RC_NOT_FOUND at the end; RC_USAGE with words for an option that is not in
 * the table, lacks its value or has one where none goes. */
NODISCARD enum rc scan_next(struct scan *s, struct scan_item *item, struct err *err);

/* True when a word before "--" is exactly this. Exact since no value is spelled like an option. */
bool scan_has(int argc, char *const *argv, const char *name);

#endif
