/* Where secrets come from: prompt, stash, env:NAME, file:PATH, fd:N, stdin, cred:NAME, gen,
 * gen:PATH, none. One grammar for every secret. */
#ifndef OP_SECRET_SOURCE_H
#define OP_SECRET_SOURCE_H

#include "op/op.h"

enum { SECRET_LINE_MAX = 4096, SECRET_GEN_LENGTH = 24 };

/* RC_OK when text is a secret source. RC_USAGE, words that do not repeat it, when it is none. */
NODISCARD enum rc secret_source_check(const char *text, struct err *err);

/* True for a source that is read without asking and is the same whatever file it is for: env, file,
 * fd, stdin, cred, none. */
bool secret_source_is_plain(const char *text);

/* True for `stdin` and `fd:0`. */
bool secret_source_is_stdin(const char *text);

struct secret_wish {
	const char *source; /* NULL: the default, a stash beside `file` where there is one and
			       stash_default, else prompt */
	const char *option; /* "--pass", for words */
	const char *file;   /* what it is for: its stash, and for words */
	bool is_new;        /* asked for twice; gen is possible */
	bool stash_default;
	bool may_generate_alone;   /* `gen` without a path (with --stash) */
	size_t max;                /* longest, in bytes; 0: SECRET_LINE_MAX */
	const struct asker *asker; /* NULL: nobody to ask */
	struct result *result;     /* gets the file of gen:PATH */
};

/* Reads it. *secret NULL and RC_OK for `none`. RC_NO_SECRET, with words that name the option, when
 * it is not to be had; RC_USAGE when it is too long, or gen where it cannot be. For gen:PATH the
 * secret is also added to the result's outputs as a new file. *generated (may be NULL) tells. The
 * caller frees *secret. */
NODISCARD enum rc secret_source_read(struct secret **secret, bool *generated,
				     const struct secret_wish *wish, struct err *err);

/* What secret_source_read checks, for one that was asked for before; NULL, for none, is fine.
 * RC_NO_SECRET when a new one is empty, RC_USAGE. */
NODISCARD enum rc secret_source_check_typed(const struct secret *secret,
					    const struct secret_wish *wish, struct err *err);

#endif
