/* How far a long operation is, on one line of the terminal that standard error is. */
#ifndef UI_PROGRESS_H
#define UI_PROGRESS_H

#include "ui/view.h"

struct progress {
	struct meter meter; /* for the session; not to be moved any more */
	struct out *out;    /* borrowed */
	bool shows;         /* it is a terminal */
	int64_t began;      /* env_clock when nothing was done yet */
	int64_t told;
	size_t width; /* of what stands there */
};

/* Makes p ready to be told. The line appears after one second, and not when v is quiet. */
void progress_start(struct progress *p, const struct view *v);

/* Takes the line away. */
void progress_end(struct progress *p);

/* What the line says: "120 of 500, 60 a second, 7 s left"; elapsed is in milliseconds, not 0.
 * Returns out. */
const char *progress_text(char *out, size_t size, const size_t count[2], int64_t elapsed);

#endif
