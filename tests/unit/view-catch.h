/* What views print, caught: for the tests of views. */
#ifndef TESTS_VIEW_CATCH_H
#define TESTS_VIEW_CATCH_H

#include "ui/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Both streams in memory. */
struct catcher {
	struct view view;
	struct out out;
	struct out notes;
	FILE *files[2];
	char *text[2]; /* what was printed, once catch_end was called */
	size_t size[2];
};

static inline void
catch_start(struct catcher *c)
{
	memset(&c->view, 0, sizeof(c->view));
	for (int i = 0; i < 2; i++) {
		c->files[i] = open_memstream(&c->text[i], &c->size[i]);
		assert_non_null(c->files[i]);
	}
	out_start(&c->out, c->files[0]);
	out_start(&c->notes, c->files[1]);
	c->view.out = &c->out;
	c->view.notes = &c->notes;
}

static inline void
catch_end(struct catcher *c)
{
	struct err err = ERR_INIT;

	assert_int_equal(out_finish(&c->out, &err), RC_OK);
	assert_int_equal(out_finish(&c->notes, &err), RC_OK);
	(void)fclose(c->files[0]);
	(void)fclose(c->files[1]);
}

static inline void
catch_release(struct catcher *c)
{
	free(c->text[0]);
	free(c->text[1]);
}

#endif
