/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/progress.h"

#include "base/env.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_MS = 1000, AGAIN_MS = 100, LINE_MAX = 80, HOUR = 3600, MINUTE = 60 };

/* "7 s", "3 min 20 s", "2 h 5 min" */
static void
time_left(char *out, size_t size, uint64_t seconds)
{
	if (seconds >= HOUR) {
		(void)snprintf(out, size, "%" PRIu64 " h %" PRIu64 " min", seconds / HOUR,
			       seconds % HOUR / MINUTE);
	} else if (seconds >= MINUTE) {
		(void)snprintf(out, size, "%" PRIu64 " min %" PRIu64 " s", seconds / MINUTE,
			       seconds % MINUTE);
	} else {
		(void)snprintf(out, size, "%" PRIu64 " s", seconds);
	}
}

const char *
progress_text(char *out, size_t size, const size_t count[2], int64_t elapsed)
{
	uint64_t done = count[0] ? count[0] : 1;
	uint64_t rate = done * 1000 / (uint64_t)elapsed;
	uint64_t left = (uint64_t)elapsed * (count[1] - count[0]) / done / 1000;
	char time[LINE_MAX / 2];

	time_left(time, sizeof(time), left + 1);
	if (rate) {
		(void)snprintf(out, size, "%zu of %zu, %" PRIu64 " a second, %s left", count[0],
			       count[1], rate, time);
	} else {
		(void)snprintf(out, size, "%zu of %zu, %" PRIu64 " a minute, %s left", count[0],
			       count[1], done * 60000 / (uint64_t)elapsed, time);
	}
	return out;
}

/* Over what stood there before. */
static void
put_line(struct progress *p, const char *text)
{
	size_t width = strlen(text);

	out_text(p->out, "\r");
	out_text(p->out, text);
	out_blanks(p->out, p->width > width ? p->width - width : 0);
	p->width = width;
	out_flush(p->out);
}

static void
tell(void *self, size_t done, size_t all)
{
	struct progress *p = self;
	int64_t now = env_clock();
	char text[LINE_MAX];

	/* What came before it (a passphrase is typed) does not count. */
	if (!done)
		p->began = now;
	if (!done || !p->shows || now - p->began < FIRST_MS || now - p->told < AGAIN_MS)
		return;
	p->told = now;
	put_line(p,
		 progress_text(text, sizeof(text), (const size_t[2]){ done, all }, now - p->began));
}

void
progress_start(struct progress *p, const struct view *v)
{
	*p = (struct progress){
		.meter = { tell, p },
		.out = v->notes,
		.shows = !v->quiet && isatty(STDERR_FILENO),
	};
}

void
progress_end(struct progress *p)
{
	if (!p->width)
		return;
	put_line(p, "");
	out_text(p->out, "\r");
	out_flush(p->out);
}
