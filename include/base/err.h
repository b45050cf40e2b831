/* Outcomes and the words that go with them.
 *
 * A fallible function returns enum rc; zero is success. Leaves return codes only. The layer that
 * knows the user's nouns (file, record, label) adds one sentence and, where there is one, a next
 * step, once. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

#include <stdbool.h>

enum rc {
#define ERR(name, status, code, cms, text) name,
#include "base/err.def"
#undef ERR
	RC_COUNT,
};

enum { ERR_TEXT_MAX = 1024 };

/* Lives on the caller's stack; ERR_INIT makes it empty. The message says what failed, where and
 * why; the hint says the next step, and may be empty. Neither ends in a line feed. */
struct err {
	enum rc rc;
	char message[ERR_TEXT_MAX];
	char hint[ERR_TEXT_MAX];
};

#define ERR_INIT            \
	{                   \
		.rc = RC_OK \
	}

/* Sets code and message, clears the hint, and returns code, so that one can write
 * `return err_set(err, RC_..., "...")`. err may be NULL. Text from files is escaped by the caller
 * (text_escape). A message over ERR_TEXT_MAX is cut. */
enum rc err_set(struct err *err, enum rc code, const char *format, ...) PRINTF(3, 4);

/* Sets the hint and returns the code that is already there. err may be NULL (then RC_FAILED). */
enum rc err_hint(struct err *err, const char *format, ...) PRINTF(2, 3);

/* Puts "text: " before the message that is there: for a layer that knows the file. Returns the
 * code. */
enum rc err_prefix(struct err *err, const char *format, ...) PRINTF(2, 3);

/* Sets code and its default text unless err already has words for this code; RC_OK changes nothing.
 * Returns code. */
enum rc err_default(struct err *err, enum rc code);

/* Forgets what is there. err may be NULL. */
void err_clear(struct err *err);

/* The exit status of a code, 0 to 10. */
int rc_status(enum rc rc);

/* The code's name in JSON and in the manual: static. */
const char *rc_code(enum rc rc);

/* The code's default text: static. */
const char *rc_text(enum rc rc);

/* System SSL's status for a code, the nearest that it has: 0x03353000 and a number. 0 for RC_OK. */
unsigned rc_cms(enum rc rc);

/* What System SSL says for it: a sentence without its full stop. Static. */
const char *rc_cms_text(enum rc rc);

#endif
