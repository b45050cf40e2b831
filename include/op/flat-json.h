/* Objects of JSON (RFC 8259) that hold no other objects, one a line: the rows of a batch, and the
 * results of one. */
#ifndef OP_FLAT_JSON_H
#define OP_FLAT_JSON_H

#include "base/buf.h"

/* Bytes of a line. */
enum { FLAT_LINE_MAX = 1024 * 1024 };

enum flat_kind { FLAT_TEXT, FLAT_NUMBER, FLAT_TRUE, FLAT_FALSE, FLAT_NULL };

/* A value, or one of a list. Borrowed until the next. */
struct flat_value {
	const char *key;
	enum flat_kind kind;
	struct span
	    text; /* FLAT_TEXT: without escapes; FLAT_NUMBER: digits, perhaps behind a minus */
	bool in_list;
	size_t index; /* in the list */
};

/* What is done with each value. */
typedef enum rc flat_put_fn(void *self, const struct flat_value *value, struct err *err);

/* Takes a line apart and calls put for each value, in the line's order, once all of it was found to
 * be JSON. An empty list has none. RC_USAGE with words for what is no such object (a key twice, a
 * number that is not whole or has over 14 characters, a NUL among it), RC_LIMIT with words beyond
 * FLAT_LINE_MAX, RC_NO_MEMORY; what put returns ends it. For one thread at a time. */
NODISCARD enum rc flat_json_read(struct span line, flat_put_fn *put, void *self, struct err *err);

#endif
