/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line-parts.h"

bool
line_edit_possible(void)
{
	return false;
}

enum rc
line_edit_new(struct line_edit **edit, FILE *file)
{
	(void)file;
	*edit = NULL;
	return RC_UNSUPPORTED;
}

void
line_edit_free(struct line_edit **edit)
{
	*edit = NULL;
}

enum rc
line_edit_read(struct line_edit *edit, const struct line_ask *ask, struct buf *answer)
{
	(void)edit;
	(void)ask;
	(void)answer;
	return RC_UNSUPPORTED;
}
