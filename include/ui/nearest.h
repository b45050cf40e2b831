/* "Did you mean": the spelling that is nearest to what was typed. */
#ifndef UI_NEAREST_H
#define UI_NEAREST_H

#include <stddef.h>

enum { NEAREST_MAX = 48 }; /* longer words have no near one */

/* A search: begin with NEAREST_OF(word). Strings are borrowed. */
struct nearest {
	const char *word;
	const char *best; /* NULL: none is near enough */
	size_t distance;
};

#define NEAREST_OF(text)       \
	{                      \
		.word = (text) \
	}

/* Tries a candidate: it is near when few letters (a third at most) are wrong, missing, too many or
 * swapped, or when word is its beginning. */
void nearest_try(struct nearest *n, const char *candidate);

#endif
