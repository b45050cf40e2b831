/* The command line of words that does the same as an operation with its values. */
#ifndef UI_COMMAND_TEXT_H
#define UI_COMMAND_TEXT_H

#include "op/op.h"

/* Appends "NOUN VERB ARGUMENT... --option value ...", without the program's name, every word quoted
 * as a POSIX shell reads it where it needs that. database (may be NULL) is added as --db when op
 * takes one that is not among its arguments and args name none. Options stand in the order of the
 * table; a secret's text is its source. Words that begin with '-' come last, behind "--".
 * RC_NO_MEMORY. */
NODISCARD enum rc command_text(struct buf *out, const struct op *op, const struct args *args,
			       const char *database);

#endif
