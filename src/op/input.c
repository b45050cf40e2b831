/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that operations take in: read, unlocked, taken apart. */

#include "op/input.h"

#include "base/fs.h"
#include "base/text.h"

#include <stdlib.h>

static enum rc
take_apart(struct intake *in, struct buf *file, const struct intake_options *options,
	   const char *path, struct err *err)
{
	enum rc rc = intake_read(in, file, options, err);

	if (!rc)
		return options->approved ? input_check_fips(&in->db, path, err) : RC_OK;
	err_default(err, rc);
	return err_prefix(err, "'%s'", ESC(path));
}

/* What the first look told is told again by the second. */
static void
forget_since(struct warnings *w, size_t mark)
{
	while (w->count > mark) {
		w->count--;
		free(w->items[w->count].code);
		free(w->items[w->count].message);
	}
}

enum rc
input_pass(struct op_call *c, enum param p, const char *path, struct secret **pass, struct err *err)
{
	enum rc rc = c->services->secret(c->services->self, p, path, pass, err);

	/* To a reader no passphrase at all means: tell what is locked. */
	if (!rc && !*pass)
		rc = err_default(err, secret_new(pass, 0));
	return rc;
}

/* Leaves the bytes for the first look in *look, and in *file those for a second one, where they
 * cannot be read again: a file may be large. */
static enum rc
keep_for_second(struct buf *look, struct buf *file, const char *path)
{
	if (fs_kind(path, false) != FS_REGULAR) {
		buf_put(look, buf_span(file));
		return buf_rc(look);
	}
	*look = *file;
	*file = (struct buf)BUF_INIT;
	return RC_OK;
}

/* First without a passphrase: most files need none, and asking for one that is not needed teaches
 * people to type it anywhere. */
static enum rc
read_unlocking(struct op_call *c, const char *path, enum param p, struct intake *in,
	       struct err *err)
{
	struct notes notes = warnings_notes(&c->result->warnings);
	struct intake_options options = {
		.max_iterations = c->args->number[P_MAX_ITERATIONS],
		.approved = c->fips,
		.problems = &notes,
	};
	size_t mark = c->result->warnings.count;
	struct secret *key_pass = NULL;
	struct secret *pass = NULL;
	struct buf file = BUF_INIT;
	struct buf look = BUF_INIT;
	enum rc rc;

	rc = c->services->read(c->services->self, path, &file, err);
	if (!rc && c->args->given[P_KEY_PASS])
		rc = input_pass(c, P_KEY_PASS, path, &key_pass, err);
	options.key_pass = key_pass;
	if (!rc && !c->args->given[p]) {
		rc = err_default(err, keep_for_second(&look, &file, path));
		if (!rc)
			rc = take_apart(in, &look, &options, path, err);
		if (rc || !in->locked)
			goto out;
		intake_release(in);
		forget_since(&c->result->warnings, mark);
	}
	if (!rc)
		rc = input_pass(c, p, path, &pass, err);
	if (rc)
		goto out;
	options.pass = pass;
	if (!file.data)
		rc = c->services->read(c->services->self, path, &file, err);
	if (!rc)
		rc = take_apart(in, &file, &options, path, err);
out:
	secret_free(&pass);
	secret_free(&key_pass);
	buf_release(&file);
	buf_release(&look);
	return rc;
}

enum rc
input_read(struct op_call *c, const char *path, struct intake *in, struct err *err)
{
	return read_unlocking(c, path, P_IN_PASS, in, err);
}

enum rc
input_read_key(struct op_call *c, const char *path, struct intake *in, struct err *err)
{
	return read_unlocking(c, path, P_KEY_PASS, in, err);
}
