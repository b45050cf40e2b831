/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases of two files. A save writes PART~new of both, the first one first, and syncs them; the
 * rename of the first commits, that of the second follows. So PART~new of the second alone is newer
 * than the second: a save that was killed in between. */
#include "base/text.h"
#include "store/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
store_new_name(const char *path)
{
	struct buf name = BUF_INIT;

	buf_put_text(&name, path);
	buf_put_text(&name, "~new");
	return buf_steal(&name);
}

enum rc
parts_find(struct parts *p, const char *real, const struct codec *codec, struct err *err)
{
	char *beside;

	*p = (struct parts)PARTS_INIT;
	if (!codec || !codec->parts[1])
		return RC_OK;
	beside = fs_with_suffix(real, codec->parts[1]);
	if (beside && (fs_kind(beside, true) != FS_LINK || fs_resolve(&p->second, beside, NULL))) {
		p->second = beside;
		beside = NULL;
	}
	free(beside);
	p->first = real;
	p->first_new = store_new_name(real);
	p->second_new = p->second ? store_new_name(p->second) : NULL;
	if (p->first_new && p->second_new)
		return RC_OK;
	parts_release(p);
	return err_default(err, RC_NO_MEMORY);
}

void
parts_release(struct parts *p)
{
	free(p->first_new);
	free(p->second);
	free(p->second_new);
	*p = (struct parts)PARTS_INIT;
}

/* A link has both names for a moment where no other rename is to be had. */
static bool
first_is_coming(const struct parts *p)
{
	return fs_kind(p->first_new, true) != FS_NONE && !fs_same(p->first, p->first_new);
}

bool
parts_committed(const struct parts *p)
{
	return p->second_new && fs_kind(p->second_new, true) == FS_REGULAR && !first_is_coming(p);
}

/* Ends a save that was committed. */
static enum rc
move_second(const struct parts *p, struct err *err)
{
	if (rename(p->second_new, p->second) != 0 && errno != ENOENT)
		return err_set(err, RC_IO, "cannot write '%s': %s", ESC(p->second),
			       fs_words(errno));
	/* A crash may bring the old names back, and then it is done again. */
	(void)fs_sync_folder(p->second);
	return RC_OK;
}

enum rc
parts_finish(struct store *st, struct err *err)
{
	struct parts p;
	enum rc rc = parts_find(&p, st->real, st->codec, err);

	if (rc || !p.second)
		return rc;
	if (st->forward && parts_committed(&p))
		rc = move_second(&p, err);
	else if (fs_kind(p.second_new, true) != FS_NONE)
		rc = store_remove(p.second_new, err);
	st->forward = st->forward && rc;
	parts_release(&p);
	return rc;
}

enum rc
parts_read(struct buf *file, bool *there, const struct parts *p, bool *forward, struct err *err)
{
	struct fs_source from = { .limit = STORE_FILE_MAX, .look = p->look, .self = p->self };
	enum rc rc = RC_OK;

	*forward = p->second && *forward && parts_committed(p);
	*there = *forward || (p->second && fs_kind(p->second, false) != FS_NONE);
	from.path = *forward ? p->second_new : p->second;
	if (*there)
		rc = fs_read_from(file, &from, NULL, err);
	return rc == RC_NO_FILE ? RC_NOT_FOUND : rc;
}
