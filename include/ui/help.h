/* Help, made from the tables of operations, parameters and errors. */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "op/op.h"

/* Appends the page on a topic: none: the overview; a noun, with or without a verb; "show";
 * "examples", "secrets", "statuses", "errors", "json", "files"; and "completion-bash", for the
 * build. RC_USAGE with words for what there is no page on; RC_NO_MEMORY. */
NODISCARD enum rc help_put(struct buf *out, const char *const *topic, size_t count,
			   struct err *err);

/* --- What the files of help share --- */

/* A page of its own, by a name. */
struct help_page {
	const char *name;
	const char *summary; /* NULL: not listed */
	void (*put)(struct buf *out);
};

/* The page with this name; NULL when there is none. */
const struct help_page *help_page_find(const char *name);

/* The pages, and how many there are. */
const struct help_page *help_pages(size_t *count);

/* Appends a script for bash that completes nouns, verbs, options and choices. */
void help_put_completion(struct buf *out);

/* Appends "noun verb", or the verb of an operation without noun. */
void help_put_name(struct buf *out, const struct op *op);

/* The n-th noun in the order of help, NULL behind the last. Static. */
const char *help_noun(size_t n);

#endif
