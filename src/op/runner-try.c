/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the format refuses: asked of what an operation brings in, before all is written. */
#include "base/text.h"
#include "op/runner.h"

static const struct codec *
codec_of(const struct run *run)
{
	return run->flags & OP_CREATES ? run->call.how.codec : run->session->store.codec;
}

static enum rc
check_list(const struct codec *codec, const struct kdb *db, const struct diff_list *list,
	   struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < list->count && !rc; i++) {
		const struct diff_item *item = &list->items[i];

		rc = item->entry ? codec_can_hold_entry(codec, item->entry, err)
				 : codec_can_hold_request(codec, item->request, err);
		if (!rc)
			rc = codec->fits(db, item->entry, item->request, err);
	}
	return rc;
}

static enum rc
check_all(const struct codec *codec, const struct kdb *db, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < db->count && !rc; i++)
		rc = codec->fits(db, db->entries[i], NULL, err);
	for (size_t i = 0; i < db->request_count && !rc; i++)
		rc = codec->fits(db, NULL, db->requests[i], err);
	return rc;
}

enum rc
run_check_fits(const struct run *run, struct err *err)
{
	const struct store *st = &run->session->store;
	const struct kdb_diff *diff = &run->result->diff;
	const struct codec *codec = codec_of(run);
	const struct kdb *db = &run->work;
	enum rc rc;

	if (!codec || !codec->fits || run->call.deletes || kdb_diff_empty(diff))
		return RC_OK;
	rc = codec->fits(db, NULL, NULL, err);
	if (!rc && db->record_length != st->db.record_length) {
		rc = check_all(codec, db, err);
	} else if (!rc) {
		rc = check_list(codec, db, &diff->added, err);
		if (!rc)
			rc = check_list(codec, db, &diff->replaced, err);
	}
	if (rc)
		(void)err_prefix(err, "cannot save '%s'", ESC(st->path));
	return rc;
}

enum rc
run_no_passphrase(const struct run *run, struct err *err)
{
	return err_set(err, RC_NO_SECRET, "'%s' cannot be saved without its passphrase",
		       ESC(run->path));
}

enum rc
run_try(struct run *run, const struct kdb *db, struct err *err)
{
	const struct store *st = &run->session->store;
	struct store_new how = { .codec = codec_of(run), .pw = st->pw };
	struct kdb copy = KDB_INIT;
	enum rc rc;

	if (run->call.deletes)
		return RC_OK;
	if (run->flags & OP_CREATES)
		how.pw = run->pw;
	if (run->call.new_pw)
		how.pw = run->call.new_pw;
	if (!how.pw)
		return run_no_passphrase(run, err);
	rc = kdb_copy(&copy, db);
	rc = rc ? err_default(err, rc) : store_try(st, &copy, &how, &run->notes, err);
	kdb_release(&copy);
	return rc;
}
